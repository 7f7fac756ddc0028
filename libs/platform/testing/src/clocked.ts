import {
  ClockRole,
  foldingName,
  foldingsOf,
  MemoryDocuments,
  MemoryOps,
  Projection,
  type ClockDeps,
  type ClockRule,
  type Doc,
} from '@rapport/events'
import { TENANT, type OnMemory } from './on-memory.ts'

/** A house on memory with the clock of its contexts, which judges when it is told to. */
export class Clocked {
  readonly house: OnMemory
  /** Engagements that an import holds. */
  readonly held = new Set<string>()
  /** What was refused: the rule, and the code. */
  readonly refused: (readonly [rule: string, code: string])[] = []
  readonly #documents = new MemoryDocuments()
  readonly #projection: Projection
  readonly #role: ClockRole

  private constructor(house: OnMemory) {
    const { store, registry } = house
    this.house = house
    const foldings = this.#rules.flatMap((rule) => foldingsOf(rule.model, registry))
    this.#projection = new Projection({ store, documents: this.#documents, ops: new MemoryOps(), registry, foldings })
    this.#role = this.another()
  }

  static async start(house: OnMemory): Promise<Clocked> {
    const clocked = new Clocked(house)
    await clocked.#projection.start()
    return clocked
  }

  get #rules(): readonly ClockRule[] {
    return this.house.registry.contexts.flatMap(({ clock }) => clock)
  }

  /** Another clock over the same house. */
  another(more: Partial<ClockDeps> = {}): ClockRole {
    const { store, handle, registry } = this.house
    return new ClockRole({
      store,
      documents: this.#documents,
      projection: this.#projection,
      handle,
      clock: () => this.house.now,
      contexts: registry.contexts.map(({ clock }) => clock),
      tenants: () => Promise.resolve([TENANT]),
      held: () => Promise.resolve(this.held),
      onRefused: (rule, _, code) => void this.refused.push([rule, code]),
      ...more,
    })
  }

  /** Puts the clock to a time and judges what is due by then; answers how much was recorded. */
  async at(time: string): Promise<number> {
    this.house.now = Temporal.Instant.from(time)
    return this.#role.tick()
  }

  /** What a rule waits for, as of now. */
  async waiting(rule: ClockRule, id: string): Promise<Doc | undefined> {
    const { store } = this.house
    await this.#projection.waitFor(await store.head([]), 5_000)
    const found = await this.#documents.get(
      TENANT,
      this.#projection.collection(foldingName(rule.model, 'internal')),
      id,
    )
    return found?.doc === 'deleted' ? undefined : found?.doc
  }

  stop(): Promise<void> {
    return this.#projection.stop()
  }
}
