import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isOutage } from '@rapport/events'
import type { Json } from '@rapport/events'
import type { MongoHouse } from './index.ts'

/** Workers that write without a pause until they are stopped, and repeat what an outage cut off, as every runner does. */
export class Workers {
  readonly #house: MongoHouse
  readonly #tenant: string
  readonly #working: Promise<readonly PromiseSettledResult<void>[]>
  #stopping = false
  outages = 0
  /** By name in Ops: the marks that were added, in order. */
  readonly marks = new Map<string, Json[]>()
  /** By id: the position that was answered. */
  readonly positions = new Map<string, number>()
  /** By kid: the key that was given. */
  readonly keys = new Map<string, Uint8Array>()

  constructor(house: MongoHouse, tenant: string, count: number) {
    this.#house = house
    this.#tenant = tenant
    const all = Array.from({ length: count }, (_, n) => [this.#mark(`list/${n}`), this.#move(`d${n}`), this.#make()])
    this.#working = Promise.allSettled(all.flat())
    // Where one fails, all end.
    for (const each of all.flat()) each.catch(() => (this.#stopping = true))
  }

  /** Each ends what it began, so that nothing is in doubt; throws what one of them failed with. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const each of await this.#working) if (each.status === 'rejected') throw each.reason
  }

  /** Adds to a list: reads, looks whether the mark is there already, sets. */
  async #mark(name: string): Promise<void> {
    const added: Json[] = []
    this.marks.set(name, added)
    const { ops } = this.#house
    while (!this.#stopping) {
      const mark = randomUUID()
      for (;;) {
        const now = await this.#try(async () => (await ops.get(this.#tenant, name)) ?? { value: [], version: 'none' })
        if (now === undefined) continue
        const list = now.value as Json[]
        if (list.includes(mark)) break
        const answer = await this.#try(() => ops.set(this.#tenant, name, [...list, mark], now.version))
        if (answer === 'lost') throw new Error(`Nobody else writes ${name}.`)
        if (answer !== undefined) break
      }
      added.push(mark)
    }
  }

  /** Moves a document on by one position at a time. */
  async #move(id: string): Promise<void> {
    const { documents } = this.#house
    for (let doubtful = false; !this.#stopping || doubtful;) {
      const held = await this.#try(async () => (await documents.get(this.#tenant, 'register', id)) ?? 'none')
      if (held === undefined) continue
      const n = held === 'none' ? 0 : Number(held.position)
      const beyond = n - (this.positions.get(id) ?? 0)
      // Nobody else writes it: beyond what was answered stands only what was cut off.
      if (beyond !== 0 && !(doubtful && beyond === 1))
        throw new Error(`${id} stands ${beyond} beyond what was answered.`)
      const expected = held === 'none' ? 'none' : held.position
      const put = () => documents.put(this.#tenant, 'register', id, { n: n + 1 }, String(n + 1), expected)
      const outcome = await this.#try(put)
      if (outcome === 'lost') throw new Error(`Nobody else writes ${id}.`)
      doubtful = outcome === undefined
      this.positions.set(id, doubtful ? n : n + 1)
    }
  }

  /** Makes keys, one after the other. */
  async #make(): Promise<void> {
    while (!this.#stopping) {
      const kid = `person/${randomUUID()}`
      for (let state; state === undefined;) {
        state = await this.#try(() => this.#house.keys.create(this.#tenant, kid))
        if (state?.state === 'live') this.keys.set(kid, state.key)
      }
    }
  }

  async #try<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call()
    } catch (error) {
      if (!isOutage(error)) throw error
      this.outages += 1
      await sleep(50)
      return undefined
    }
  }
}
