import { randomBytes } from 'node:crypto'
import { Conflict, Unavailable } from '@rapport/events'
import type {
  Appended,
  Destruction,
  EventStore,
  Expected,
  Keys,
  KeyState,
  NewEvent,
  Page,
  StoredEvent,
  TenantSecrets,
} from '@rapport/events'

/** Reads what stands, keeps what is written in memory: a run on it records nothing and yet says what a run would do. */
export class OverlayStore implements EventStore {
  readonly #base: EventStore
  readonly #written = new Map<string, StoredEvent[]>()
  #position = 0

  constructor(base: EventStore) {
    this.#base = base
  }

  async append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<Appended> {
    const first = expected === 'none' ? 0 : expected + 1
    const standing = await this.read(stream, { from: Math.max(0, first - 1) })
    const head = standing.at(-1)?.revision ?? 'none'
    if (head !== expected) throw new Conflict(stream, head)
    const written = this.#written.get(stream) ?? []
    this.#written.set(stream, written)
    for (const [n, event] of events.entries()) {
      // Behind every position of a store, so that later reads see it last.
      const position = `~${String(++this.#position).padStart(19, '0')}`
      written.push({ ...event, stream, revision: first + n, position, recordedAt: new Date().toISOString() })
    }
    const { revision, position } = written.at(-1)!
    return { revision, position }
  }

  async read(
    stream: string,
    options: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<readonly StoredEvent[]> {
    const written = this.#written.get(stream)
    const below = await this.#base.read(stream, options)
    if (written === undefined) return below
    return [...below, ...written.filter((event) => event.revision >= (options.from ?? 0))].slice(0, options.limit)
  }

  // eslint-disable-next-line require-yield
  async *follow(): AsyncIterable<Page> {
    throw new Unavailable('Nobody follows what is not recorded.')
  }
  async head(prefixes: readonly string[]): Promise<string> {
    return this.#base.head(prefixes)
  }
  async close(): Promise<void> {}
}

/** The keys that stand, and in memory those that a run would make. */
export class OverlayKeys implements Keys {
  readonly #base: Keys
  readonly #made = new Map<string, Uint8Array>()
  readonly #secrets = new Map<string, TenantSecrets>()

  constructor(base: Keys) {
    this.#base = base
  }

  async secrets(tenant: string, make: boolean): Promise<TenantSecrets | undefined> {
    const found = (await this.#base.secrets(tenant, false)) ?? this.#secrets.get(tenant)
    if (found !== undefined || !make) return found
    const made = { idKey: randomBytes(32), saltKey: randomBytes(32) }
    this.#secrets.set(tenant, made)
    return made
  }
  async create(tenant: string, kid: string): Promise<Exclude<KeyState, { state: 'absent' }>> {
    const found = await this.get(tenant, kid)
    if (found.state !== 'absent') return found
    const key = randomBytes(32)
    this.#made.set(`${tenant} ${kid}`, key)
    return { state: 'live', key }
  }
  async get(tenant: string, kid: string): Promise<KeyState> {
    const made = this.#made.get(`${tenant} ${kid}`)
    return made === undefined ? this.#base.get(tenant, kid) : { state: 'live', key: made }
  }
  async destroy(): Promise<Destruction> {
    throw new Unavailable('Nothing is destroyed where nothing is recorded.')
  }
  async adopt(): Promise<void> {
    throw new Unavailable('Nothing is taken over where nothing is recorded.')
  }
  async rotate(): Promise<void> {
    throw new Unavailable('Nothing is rotated where nothing is recorded.')
  }
  async tenants(): Promise<readonly string[]> {
    return this.#base.tenants()
  }
  async list(tenant: string): Promise<readonly { readonly kid: string; readonly state: 'live' | 'destroyed' }[]> {
    return this.#base.list(tenant)
  }
  async close(): Promise<void> {}
}
