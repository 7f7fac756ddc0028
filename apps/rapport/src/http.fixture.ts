/** What a server answered. */
export interface Answered<T = Record<string, unknown>> {
  readonly status: number
  readonly body: T
  readonly headers: Readonly<Record<string, string>>
}
interface Recorded {
  readonly id: string
  readonly revision: string
  readonly position: string
}
type Headers = Readonly<Record<string, string>>
/** What everybody who speaks to one server knows of each other. */
interface Kin {
  readonly headers: string[]
  /** The position of the last command that one of them had recorded. */
  last?: string
}

/** How long a view may lag behind what was recorded, in milliseconds. */
const PATIENCE = 60_000

/** Speaks to a server in somebody's name, and keeps every header that it is given. */
export class Http {
  readonly url: string
  readonly #token: string
  readonly #kin: Kin
  readonly #door: (path: string) => string

  /** `door`: where a path is asked for, when several processes share the work. */
  constructor(url: string, token: string, kin: Kin = { headers: [] }, door: (path: string) => string = () => url) {
    this.url = url
    this.#token = token
    this.#kin = kin
    this.#door = door
  }

  /** Every header of every answer so far, as one text. */
  get headers(): string {
    return this.#kin.headers.join('\n')
  }

  /** The same server in the name of somebody else. */
  as(token: string): Http {
    return new Http(this.url, token, this.#kin, this.#door)
  }

  get<T = Record<string, unknown>>(path: string, headers: Headers = {}): Promise<Answered<T>> {
    return this.#send('GET', path, undefined, headers)
  }
  post<T = Record<string, unknown>>(path: string, body: unknown, headers: Headers = {}): Promise<Answered<T>> {
    return this.#send('POST', path, typeof body === 'string' ? body : JSON.stringify(body), headers)
  }

  /** A command that must be recorded. */
  async done(path: string, body: unknown, headers: Headers = {}): Promise<Recorded> {
    const { status, body: answer } = await this.post<Recorded>(path, body, headers)
    if (status >= 300) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(answer)}`)
    const { last } = this.#kin
    if (last === undefined || answer.position > last) this.#kin.last = answer.position
    return answer
  }

  /** A view that must answer, after all that was `done` here; one that lags is asked again. */
  async view<T = Record<string, unknown>>(path: string, headers: Headers = {}): Promise<T> {
    const { last } = this.#kin
    const asked = { ...(last !== undefined && { 'wait-for': last }), ...headers }
    for (const until = performance.now() + PATIENCE; ;) {
      const { status, body } = await this.get<T>(`/api/views/${path}`, asked)
      if (status === 200) return body
      if (status !== 503 || performance.now() > until)
        throw new Error(`GET /api/views/${path} answered ${status}: ${JSON.stringify(body)}`)
    }
  }

  async #send<T>(method: string, path: string, body: string | undefined, headers: Headers): Promise<Answered<T>> {
    const response = await fetch(this.#door(path) + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    const given = Object.fromEntries(response.headers)
    this.#kin.headers.push(...Object.entries(given).map(([name, value]) => `${name}: ${value}`))
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T, headers: given }
  }
}

export interface Portal {
  readonly client: string
  readonly manager: string
  readonly engagement: string
}

/** A client with a project in Berlin, managed by a person of this name. */
export async function portal(
  http: Http,
  { manager = 'Mia Manager', name = 'Citizen portal', zone = 'Europe/Berlin' } = {},
): Promise<Portal> {
  const { id: client } = await http.done('/api/engagements/clients', { name: 'Riverside Council' })
  const { id: person } = await http.done('/api/engagements/persons', { name: manager })
  const { id: engagement } = await http.done('/api/engagements/engagements', {
    client,
    name,
    manager: person,
    start: '2026-01-05',
    zone,
  })
  return { client, manager: person, engagement }
}

/** A disclosure's body, but for the engagement. */
export const delay = {
  kind: 'delay',
  subject: 'Data migration',
  impact: 'Go-live moves by one week.',
  countermeasure: 'A second team joins on Monday.',
  identifiedAt: '2026-02-27T09:00:00Z',
  raisedBy: 'us',
} as const
