import { Agent, request } from 'node:http'

export interface Heard {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Posts bodies as they are, over connections that stay open. */
export class Wire {
  readonly #agent: Agent
  readonly #url: URL

  constructor(url: string, connections: number) {
    this.#url = new URL(url)
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  post(path: string, token: string, body: string | Buffer): Promise<Heard> {
    const heard = Promise.withResolvers<Heard>()
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const { hostname, port } = this.#url
    const sent = request({ agent: this.#agent, hostname, port, method: 'POST', path, headers }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('error', heard.reject)
      answer.on('end', () =>
        heard.resolve({
          status: answer.statusCode!,
          type: answer.headers['content-type'] ?? '',
          text: Buffer.concat(pieces).toString(),
        }),
      )
    })
    sent.on('error', heard.reject)
    sent.end(body)
    return heard.promise
  }

  close(): void {
    this.#agent.destroy()
  }
}
