import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { Unavailable } from './errors.ts'
import type { Entry, Folding } from './folding.ts'
import {
  HOUSE,
  START,
  type Doc,
  type Documents,
  type EventStore,
  type Held,
  type Ops,
  type Page,
  type Position,
  type Put,
} from './ports.ts'
import type { Registry } from './registry.ts'

/** What a collection's checkpoint says: the position reached, and the last event that was there, to know the store again. */
interface Reached {
  readonly reached: Position
  readonly recorded: string
  readonly last?: {
    readonly stream: string
    readonly revision: number
    readonly position: Position
    readonly id: string
  }
}

/** A folding on its collection. */
interface Instance {
  readonly folding: Folding
  readonly collection: string
  version: string | 'none'
  at: Reached
}

export interface ProjectionDeps {
  readonly store: EventStore
  readonly documents: Documents
  readonly ops: Ops
  readonly registry: Registry
  readonly foldings: readonly Folding[]
  /** Told once when the projection stops for good: an unknown event type, a broken store. */
  readonly onStopped?: (error: unknown) => void
}

/** How far a projection is. */
export interface Lag {
  readonly reached: Position
  /** The latest recordedAt up to there; '' before the first event. */
  readonly recorded: string
  readonly caughtUp: boolean
  readonly stopped?: string
}

const insideRebuild = channel('rapport.crash.inside-rebuild')
const STAND_BY = 200

/** Feeds every read model from one follower; builds a new generation beside the running one. */
export class Projection {
  readonly #deps: ProjectionDeps
  readonly #stop = new AbortController()
  readonly #live = new Map<string, Instance>()
  readonly #waiting = new Set<{ readonly position: Position; readonly done: () => void }>()
  #reached: Position = START
  #caughtUp = false
  #stopped: unknown
  #turn: Promise<void> = Promise.resolve()
  #feed: Promise<void> = Promise.resolve()

  constructor(deps: ProjectionDeps) {
    this.#deps = deps
  }

  /** Brings collections into being, finds where each stands, and follows from there. Resolves once it follows; {@link waitFor} tells when it has reached. */
  async start(): Promise<void> {
    for (const folding of this.#deps.foldings) this.#live.set(folding.name, await this.#open(folding))
    await this.#dropForgotten()
    this.#feed = this.#run().catch((error: unknown) => {
      this.#stopped = error
      this.#deps.onStopped?.(error)
    })
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#feed
    for (const waiting of this.#waiting) waiting.done()
  }

  /** The collection in which a folding's documents are now. */
  collection(name: string): string {
    const instance = this.#live.get(name)
    if (instance === undefined) throw new Unavailable('The read models are not up yet.')
    return instance.collection
  }

  /** Runs `work` while no model moves; it is told where each stands. */
  pause<T>(
    work: (
      standing: readonly { readonly folding: Folding; readonly collection: string; readonly reached: Position }[],
    ) => Promise<T>,
  ): Promise<T> {
    return this.#exclusive(() =>
      work(
        [...this.#live.values()].map(({ folding, collection, at }) => ({ folding, collection, reached: at.reached })),
      ),
    )
  }

  lag(): Lag {
    return {
      reached: this.#reached,
      recorded: this.#live.values().next().value?.at.recorded ?? '',
      caughtUp: this.#caughtUp,
      ...(this.#stopped !== undefined && { stopped: String(this.#stopped) }),
    }
  }

  /** True once every live model has reached the position; false after `ms`. */
  async waitFor(position: Position, ms: number): Promise<boolean> {
    if (this.#reached >= position) return true
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = { position, done: resolve }
    this.#waiting.add(waiting)
    const limit = setTimeout(resolve, ms)
    await promise
    clearTimeout(limit)
    this.#waiting.delete(waiting)
    return this.#reached >= position
  }

  /** Builds a model anew beside the running one and switches when it has caught up. Answers how many events it read. */
  async rebuild(model: string, progress: (events: number) => void = () => {}): Promise<number> {
    let events = 0
    for (const [name, old] of [...this.#live].filter(([, i]) => i.folding.model === model)) {
      const next = await this.#fresh(old.folding)
      const feed = this.#pages([next])
      for await (const page of feed) {
        events += page.events.length
        progress(events)
        insideRebuild.publish({})
        if (page.caughtUp) break
      }
      await this.#exclusive(async () => {
        // While nobody else moves: read on to where the running ones are, then take the place of the old.
        if (next.at.reached < this.#reached)
          for await (const page of this.#pages([next], this.#reached)) if (page.position >= this.#reached) break
        await this.#setGeneration(old.folding, next.collection)
        this.#live.set(name, next)
      })
      await this.#deps.documents.drop(old.collection)
    }
    return events
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#level()
      const instances = () => [...this.#live.values()]
      try {
        for await (const page of this.#follow(this.#reached)) {
          await this.#exclusive(async () => {
            await this.#apply(instances(), page)
            this.#moved(page)
          })
        }
        return
      } catch (error) {
        if (!(error instanceof Lost)) throw error
        // Another process feeds these: stand by, then go on from where it is.
        await sleep(STAND_BY)
        for (const instance of instances()) await this.#load(instance)
      }
    }
  }

  /** Brings every live model to the position of the one that is furthest, so that one follower can feed all. */
  async #level(): Promise<void> {
    const furthest = [...this.#live.values()].reduce((most, i) => (i.at.reached > most ? i.at.reached : most), START)
    for (const instance of this.#live.values()) {
      if (instance.at.reached >= furthest) continue
      for await (const page of this.#pages([instance], furthest)) if (page.position >= furthest) break
    }
    this.#reached = furthest
    this.#wake()
  }

  #moved(page: Page): void {
    this.#reached = page.position > this.#reached ? page.position : this.#reached
    this.#caughtUp = page.caughtUp
    this.#wake()
  }

  #wake(): void {
    for (const waiting of this.#waiting) if (waiting.position <= this.#reached) waiting.done()
  }

  #follow(from: Position): AsyncIterable<Page> {
    return this.#deps.store.follow({ from, prefixes: [], signal: this.#stop.signal })
  }

  /** Pages from where the instances stand, applied to them; never beyond `until`. */
  async *#pages(instances: readonly Instance[], until?: Position): AsyncGenerator<Page> {
    for await (const whole of this.#follow(instances[0]!.at.reached)) {
      const page =
        until === undefined || whole.position <= until
          ? whole
          : { ...whole, events: whole.events.filter((e) => e.position <= until), position: until }
      await this.#apply(instances, page)
      yield page
    }
  }

  async #apply(instances: readonly Instance[], page: Page): Promise<void> {
    if (instances.length === 0) return
    let clock = instances[0]!.at.recorded
    const entries: Entry[] = page.events.map((stored) => {
      clock = stored.recordedAt > clock ? stored.recordedAt : clock
      return { stored, event: this.#deps.registry.read(stored), recorded: clock }
    })
    const last = page.events.at(-1)
    for (const instance of instances) {
      const at: Reached = {
        reached: page.position,
        recorded: clock,
        ...(last !== undefined
          ? { last: { stream: last.stream, revision: last.revision, position: last.position, id: last.id } }
          : instance.at.last && { last: instance.at.last }),
      }
      if (at.reached === instance.at.reached && page.events.length === 0) continue
      const puts = await foldPage(this.#deps.documents, instance.folding, instance.collection, entries)
      const checkpoint = { name: instance.collection, value: at as unknown as Doc, expected: instance.version }
      const written = await this.#deps.documents.write(puts, checkpoint)
      if (written.checkpoint === 'lost' || written.puts.includes('lost')) throw new Lost()
      instance.version = written.checkpoint!.version
      instance.at = at
    }
  }

  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turn = promise
    await before
    try {
      return await work()
    } finally {
      resolve()
    }
  }

  // ── generations ─────────────────────────────────────────────────────────────────────────────────────────────────

  async #open(folding: Folding): Promise<Instance> {
    const live = await this.#deps.ops.get(HOUSE, `read-model/${folding.name}`)
    if (live === undefined) {
      const first = await this.#fresh(folding)
      await this.#setGeneration(folding, first.collection)
      return first
    }
    const collection = (live.value as { collection: string }).collection
    await this.#deps.documents.declare({ name: collection, indexes: folding.indexes })
    const instance: Instance = { folding, collection, version: 'none', at: { reached: START, recorded: '' } }
    await this.#load(instance)
    if (await this.#knows(instance.at)) return instance
    // The store was restored or replaced: what stands here was folded from other events.
    const fresh = await this.#fresh(folding)
    await this.#setGeneration(folding, fresh.collection)
    await this.#deps.documents.drop(collection)
    return fresh
  }

  async #knows({ reached, last }: Reached): Promise<boolean> {
    if (reached === START) return true
    if (reached > (await this.#deps.store.head([]))) return false
    if (last === undefined) return true
    const [found] = await this.#deps.store.read(last.stream, { from: last.revision, limit: 1 })
    return found !== undefined && found.id === last.id && found.position === last.position
  }

  async #load(instance: Instance): Promise<void> {
    const found = await this.#deps.documents.checkpoint(instance.collection)
    instance.version = found?.version ?? 'none'
    instance.at = (found?.value as unknown as Reached | undefined) ?? { reached: START, recorded: '' }
  }

  /** An empty collection of the next generation; what an interrupted rebuild left under that name goes first. */
  async #fresh(folding: Folding): Promise<Instance> {
    const before = this.#live.get(folding.name)?.collection
    const used = (await this.#deps.documents.collections())
      .filter((c) => c.startsWith(`${folding.name}.g`))
      .map((c) => Number(c.slice(folding.name.length + 2)))
    for (const n of used)
      if (`${folding.name}.g${n}` !== before && before !== undefined)
        await this.#deps.documents.drop(`${folding.name}.g${n}`)
    const collection = `${folding.name}.g${Math.max(0, ...used) + 1}`
    await this.#deps.documents.declare({ name: collection, indexes: folding.indexes })
    return { folding, collection, version: 'none', at: { reached: START, recorded: '' } }
  }

  async #setGeneration(folding: Folding, collection: string): Promise<void> {
    const name = `read-model/${folding.name}`
    const now = await this.#deps.ops.get(HOUSE, name)
    await this.#deps.ops.set(HOUSE, name, { collection }, now?.version ?? 'none')
  }

  /** Collections that no live model names: older versions, and what a killed rebuild left. */
  async #dropForgotten(): Promise<void> {
    const kept = new Set([...this.#live.values()].map((i) => i.collection))
    for (const collection of await this.#deps.documents.collections())
      if (!kept.has(collection)) await this.#deps.documents.drop(collection)
  }
}

/** Somebody else wrote what we were about to write. */
class Lost extends Error {}

/** The writes that a page means for one collection: each document is read once, folded over its events, and put once. */
export async function foldPage(
  documents: Documents,
  folding: Folding,
  collection: string,
  entries: readonly Entry[],
): Promise<readonly Put[]> {
  const work = new Map<string, Map<string, Entry[]>>()
  for (const entry of entries) {
    if (!folding.wants(entry)) continue
    const { tenant } = entry.event.meta
    let ids = work.get(tenant)
    if (ids === undefined) work.set(tenant, (ids = new Map()))
    for (const id of folding.ids(entry)) {
      const list = ids.get(id)
      if (list === undefined) ids.set(id, [entry])
      else list.push(entry)
    }
  }
  const puts: Put[] = []
  for (const [tenant, ids] of work) {
    const names = [...ids.keys()]
    const held = await documents.getMany(tenant, collection, names)
    for (const [i, id] of names.entries()) {
      const put = foldOne(folding, tenant, collection, id, held[i], ids.get(id)!)
      if (put !== undefined) puts.push(put)
    }
  }
  return puts
}

function foldOne(
  folding: Folding,
  tenant: string,
  collection: string,
  id: string,
  held: Held | undefined,
  entries: readonly Entry[],
): Put | undefined {
  const news = held === undefined ? entries : entries.filter((e) => e.stored.position > held.position)
  if (news.length === 0) return undefined
  let doc: Doc | 'deleted' = held?.doc ?? 'deleted'
  for (const entry of news) {
    const next: Doc | 'delete' = folding.evolve(doc === 'deleted' ? undefined : doc, entry, id)
    doc = next === 'delete' ? 'deleted' : next
  }
  return { tenant, collection, id, doc, position: news.at(-1)!.stored.position, expected: held?.position ?? 'none' }
}
