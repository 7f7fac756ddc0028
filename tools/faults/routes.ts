import { Http, type Sent } from '../crash/http.ts'
import type { Service } from './services.ts'

/** Milliseconds after which a client gives up on an answer, and for which a process that gave none is passed over. */
const PATIENCE = 5_000
const SHUNNED = 1_000

interface Door {
  readonly service: Service
  readonly http: Http
  until: number
}

/** The way from a path to a process, as a balancer would take it: each in its turn, those that do not answer later. */
export class Routes {
  readonly #doors: readonly Door[]
  #turn = 0

  constructor(services: readonly Service[]) {
    this.#doors = services.map((service) => ({ service, http: new Http(service.url, Infinity, PATIENCE), until: 0 }))
  }

  /** Sends to one process; where nobody listens there, to the next. */
  async post(path: string, text: string, token: string, key?: string): Promise<Sent> {
    const doors = this.#of(path)
    for (const door of doors) {
      const sent = await door.http.post(path, text, token, key)
      if (sent.status === 'unsent' || sent.status === 'lost') door.until = performance.now() + SHUNNED
      if (sent.status !== 'unsent') return sent
    }
    return { status: 'unsent' }
  }

  /** The status and body of a query; undefined where no answer came. */
  async get(path: string, token: string, headers: Readonly<Record<string, string>> = {}): Promise<Got | undefined> {
    for (const { service } of this.#of(path)) {
      try {
        const answer = await fetch(`${service.url}${path}`, {
          headers: { authorization: `Bearer ${token}`, ...headers },
          signal: AbortSignal.timeout(2 * PATIENCE),
        })
        return { status: answer.status, etag: answer.headers.get('etag'), body: (await answer.json()) as Got['body'] }
      } catch {
        continue
      }
    }
    return undefined
  }

  close(): void {
    for (const { http } of this.#doors) http.close()
  }

  #of(path: string): readonly Door[] {
    const [, , first] = path.split('/')
    const app = first === 'views' ? 'projection' : first === 'operations' ? 'communication' : first
    const doors = this.#doors.filter(({ service }) => service.app === app)
    const from = this.#turn++ % doors.length
    const turned = [...doors.slice(from), ...doors.slice(0, from)]
    const now = performance.now()
    return [...turned.filter(({ until }) => until <= now), ...turned.filter(({ until }) => until > now)]
  }
}

export interface Got {
  readonly status: number
  readonly etag: string | null
  readonly body: Readonly<Record<string, unknown>>
}
