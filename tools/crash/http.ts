import { Agent, request } from 'node:http'

/** What became of a request: an answer, never sent because nobody listened, or sent and lost. */
export type Sent =
  | { readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly status: 'unsent' }
  | { readonly status: 'lost'; readonly error: string }

/** Speaks to one process on kept connections, at most so many; nothing is ever sent twice by itself. */
export class Http {
  readonly #url: URL
  readonly #agent: Agent
  readonly #patience: number | undefined

  /** `patience`: milliseconds of silence after which an answer counts as lost; without it one waits for ever. */
  constructor(url: string, maxSockets = Infinity, patience?: number) {
    this.#url = new URL(url)
    this.#agent = new Agent({ keepAlive: true, maxSockets })
    this.#patience = patience
  }

  post(path: string, body: string, token: string, key?: string): Promise<Sent> {
    return new Promise((resolve) => {
      let connected = false
      const lost = (error: unknown): void => {
        const { code = 'unknown' } = error as { code?: string }
        resolve(connected || code !== 'ECONNREFUSED' ? { status: 'lost', error: code } : { status: 'unsent' })
      }
      const sent = request(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          agent: this.#agent,
          method: 'POST',
          path,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${token}`,
            ...(key !== undefined && { 'idempotency-key': key }),
          },
        },
        (answer) => {
          let text = ''
          answer.setEncoding('utf8')
          answer.on('data', (chunk: string) => (text += chunk))
          answer.on('end', () => {
            if (!answer.complete) return lost({ code: 'incomplete' })
            resolve({ status: answer.statusCode!, body: JSON.parse(text || '{}') as Record<string, unknown> })
          })
          answer.on('error', lost)
        },
      )
      sent.on('socket', (socket) => {
        if (!socket.connecting) connected = true
        else socket.once('connect', () => (connected = true))
      })
      sent.on('error', lost)
      if (this.#patience !== undefined)
        sent.setTimeout(this.#patience, () => sent.destroy(new Error('no answer in time')))
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
