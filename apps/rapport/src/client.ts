import { Ended, exitOf, type Exit } from './exit-codes.ts'

/** A problem as the server tells it (RFC 9457). */
interface Problem {
  readonly code?: string
  readonly title?: string
  readonly detail?: string
}

const exitOfStatus = (status: number): Exit =>
  status === 404 ? 'not-found' : status >= 500 ? 'unreachable' : 'refused'

/** Speaks to a running Rapport. Every refusal ends the command with the server's own code and words. */
export class Client {
  readonly #url: string
  readonly #token: string
  readonly #signal: AbortSignal
  #answered = false

  constructor(url: string, token: string, signal: AbortSignal) {
    this.#url = url.replace(/\/+$/, '')
    this.#token = token
    this.#signal = signal
  }

  /** Whether the server has answered anything yet. */
  get answered(): boolean {
    return this.#answered
  }

  /** Asks a view. */
  async view<T>(name: string, params: Readonly<Record<string, string | undefined>> = {}): Promise<T> {
    const given = Object.entries(params).filter((p): p is [string, string] => p[1] !== undefined)
    return (await this.#send('GET', `/api/views/${name}?${new URLSearchParams(given)}`)) as T
  }

  /** Every item of a list, page by page. */
  async *items<T>(name: string, params: Readonly<Record<string, string | undefined>> = {}): AsyncGenerator<T> {
    let cursor: string | undefined
    do {
      const page: { readonly items: readonly T[]; readonly cursor?: string } = await this.view(name, {
        limit: '500',
        ...params,
        ...(cursor !== undefined && { cursor }),
      })
      yield* page.items
      cursor = page.cursor
    } while (cursor !== undefined)
  }

  async operation<T>(name: string, body: object): Promise<T> {
    return (await this.#send('POST', `/api/operations/${name}`, body)) as T
  }

  async #send(method: string, path: string, body?: object): Promise<unknown> {
    let response: Response
    try {
      response = await fetch(`${this.#url}${path}`, {
        method,
        signal: this.#signal,
        headers: { authorization: `Bearer ${this.#token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason
      throw new Ended(
        'unreachable',
        `${this.#url} does not answer: ${String((error as { cause?: unknown }).cause ?? error)}`,
      )
    }
    this.#answered = true
    const text = await response.text()
    if (response.ok) return text === '' ? undefined : JSON.parse(text)
    const problem = parsed(text)
    throw new Ended(
      (problem.code === undefined ? undefined : exitOf[problem.code]) ?? exitOfStatus(response.status),
      problem.detail ?? problem.title ?? `The server answered ${response.status}.`,
      problem.code ?? `http-${response.status}`,
    )
  }
}

function parsed(text: string): Problem {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return {}
  }
}
