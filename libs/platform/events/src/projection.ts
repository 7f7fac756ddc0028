import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { StorageFull, Unavailable } from './errors.ts'
import { foldPage } from './fold-page.ts'
import type { Entry, Folding } from './folding.ts'
import { Generations } from './generations.ts'
import { lastEvent, resumeFrom, stillHolds, type LastEvent } from './last-event.ts'
import { isOutage } from './outage.ts'
import {
  START,
  type Doc,
  type Documents,
  type EventStore,
  type Ops,
  type Page,
  type Position,
  type Put,
} from './ports.ts'
import type { Registry } from './registry.ts'
import { inDocuments, Lost, SharedCheckpoint } from './shared-checkpoint.ts'

/** What a collection's checkpoint says: the position reached, and the last event that was there, to know the store again. */
interface Reached {
  readonly reached: Position
  readonly recorded: string
  readonly last?: LastEvent
}

/** How far whoever feeds the models is with all of them: what other processes look at. */
interface Progress {
  readonly reached: Position
  readonly recorded: string
}

/** A folding on its collection. */
interface Instance {
  readonly folding: Folding
  readonly collection: string
  /** Served already; a first build is served once it has reached the others. */
  readonly published: boolean
  version: string | 'none'
  at: Reached
  /** When its checkpoint was last stored; {@link Instance.behind}: `at` has moved on since, over events that it makes nothing of. */
  stored: number
  behind: boolean
  /** Whether its indexes are known to be there. */
  indexed: boolean
}

export interface ProjectionDeps {
  readonly store: EventStore
  readonly documents: Documents
  readonly ops: Ops
  readonly registry: Registry
  readonly foldings: readonly Folding[]
  /**
   * `alone` (default): no other process has these documents. `shared`: one of several feeds them, the others stand by. `observed`: others
   * feed them, this one only reads where they are.
   */
  readonly mode?: 'alone' | 'shared' | 'observed'
  readonly patience?: { readonly every?: number; readonly patience?: number }
  /** Milliseconds after which whoever feeds says that it goes on, also within one page; default 1,000. */
  readonly beat?: number
  /** Milliseconds for which a collection stays, in a shared deployment, after another has taken its place: others still read it. */
  readonly grace?: number
  /** Told of each outage that it waits for the end of. */
  readonly onTrouble?: (error: unknown) => void
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
const PROGRESS = 'projection'
/** Milliseconds between two looks at what another process has reached: idle, and while somebody waits. */
const LOOK = { idle: 200, waiting: 25 } as const
/** Milliseconds between two looks at which collections are served. */
const REFRESH = 1_000
const GRACE = 600_000
/** Milliseconds after which a model's checkpoint is stored again, also where a page made nothing for it. */
const CHECKPOINT = 1_000
/** Milliseconds after which whoever feeds says that it goes on, also within one page. */
const BEAT = 1_000
/** How long a feeder rests after a page, as a multiple of what the page took, and at most (milliseconds). */
const REST = { times: 2, most: 25 } as const

/** Feeds every read model from one follower; builds a new generation beside the running one. */
export class Projection {
  readonly #deps: ProjectionDeps
  readonly #stop = new AbortController()
  readonly #generations: Generations
  readonly #progress: SharedCheckpoint<Progress>
  readonly #live = new Map<string, Instance>()
  readonly #waiting = new Set<{ readonly position: Position; readonly done: () => void }>()
  readonly #later = new Set<NodeJS.Timeout>()
  #storing: NodeJS.Timeout | undefined
  /** By folding: the collection it is served from, as last seen. */
  #served = new Map<string, string>()
  #refreshed = -REFRESH
  #reached: Position = START
  #recorded = ''
  #caughtUp = false
  #stopped: unknown
  /** Resolves the wait before the next look, when somebody begins to wait. */
  #poke: () => void = () => {}
  #claimed = false
  #beaten = 0
  #following = false
  #restart = new AbortController()
  #turn: Promise<void> = Promise.resolve()
  #rebuilding: Promise<unknown> = Promise.resolve()
  #feed: Promise<void> = Promise.resolve()

  constructor(deps: ProjectionDeps) {
    this.#deps = deps
    this.#generations = new Generations(deps.documents, deps.ops)
    this.#progress = new SharedCheckpoint(inDocuments(deps.documents, PROGRESS), {
      ...deps.patience,
      every: () => (this.#waiting.size > 0 ? LOOK.waiting : (deps.patience?.every ?? LOOK.idle)),
      claims: () => this.#claimed,
      signal: this.#stop.signal,
    })
  }

  /**
   * Begins. Alone, it resolves once every collection is there and is followed; shared or observed, at once: the servers may be away.
   * {@link waitFor} tells when it has reached.
   */
  async start(): Promise<void> {
    const { mode = 'alone' } = this.#deps
    if (mode === 'alone') {
      for (const folding of this.#deps.foldings) this.#live.set(folding.name, await this.#open(folding, true))
      await this.#generations.dropAllBut(this.#collections())
    }
    const runs = { alone: () => this.#runAlone(), shared: () => this.#runShared(), observed: () => this.#observe() }
    this.#feed = runs[mode]().catch((error: unknown) => {
      this.#stopped = error
      this.#release()
      this.#deps.onStopped?.(error)
    })
  }

  /** Ends after the page under way; whoever waits is told that it is not reached. */
  async stop(): Promise<void> {
    this.#stop.abort()
    for (const timer of this.#later) clearTimeout(timer)
    clearTimeout(this.#storing)
    this.#poke()
    this.#release()
    await this.#feed
    if ((this.#deps.mode ?? 'alone') === 'alone' || this.#progress.owned)
      await this.#store([...this.#live.values()]).catch(() => {})
    await this.#progress.release().catch(() => {})
    this.#release()
  }

  /** The collection in which a folding's documents are now. */
  collection(name: string): string {
    const collection = this.#served.get(name)
    if (collection === undefined) throw new Unavailable('The read models are not up yet.')
    return collection
  }

  /** Whether every read model of this release is served. */
  get up(): boolean {
    return this.#deps.foldings.every(({ name }) => this.#served.has(name))
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
      recorded: this.#recorded,
      caughtUp: this.#caughtUp,
      ...(this.#stopped !== undefined && { stopped: String(this.#stopped) }),
    }
  }

  /** True once every live model has reached the position; false after `ms`, or when the projection stops. */
  async waitFor(position: Position, ms: number): Promise<boolean> {
    if (this.#reached >= position) return true
    if (this.#stopped !== undefined || this.#stop.signal.aborted) return false
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = { position, done: resolve }
    this.#waiting.add(waiting)
    this.#poke()
    const limit = setTimeout(resolve, ms)
    await promise
    clearTimeout(limit)
    this.#waiting.delete(waiting)
    return this.#reached >= position
  }

  /**
   * Builds a model anew beside the running one and switches when it has caught up. Answers how many events it read. In a shared deployment
   * this process takes over the feeding first; where others feed, {@link Unavailable}.
   */
  rebuild(model: string, progress: (events: number) => void = () => {}): Promise<number> {
    // One after the other: two of one model would build under the same number.
    const rebuilt = this.#rebuilding
      .then(() => this.#rebuild(model, progress))
      .catch((error: unknown) => {
        if (!(error instanceof Lost)) throw error
        throw new Unavailable('Another process took the read models over meanwhile; ask again.')
      })
    this.#rebuilding = rebuilt.catch(() => {})
    return rebuilt
  }

  async #rebuild(model: string, progress: (events: number) => void): Promise<number> {
    await this.#feedHere()
    let most = 0
    for (const [name, old] of [...this.#live].filter(([, i]) => i.folding.model === model)) {
      const { folding } = old
      const next = this.#instance(folding, await this.#generations.fresh(folding, old.collection), true)
      let events = 0
      for await (const page of this.#pages([next])) {
        events += page.events.length
        progress(events)
        insideRebuild.publish({})
        if (page.caughtUp) break
      }
      most = Math.max(most, events)
      await this.#index([next])
      await this.#exclusive(async () => {
        // While nobody else moves: read on to where the running ones are, then take the place of the old.
        if (next.at.reached < this.#reached)
          for await (const page of this.#pages([next], this.#reached)) if (page.position >= this.#reached) break
        await this.#store([next])
        await this.#publish(folding, next.collection)
        this.#live.set(name, next)
      })
      await this.#whenUnread(() => this.#generations.drop(old.collection))
    }
    return most
  }

  // ── feeding ─────────────────────────────────────────────────────────────────────────────────────────────────────

  async #runAlone(): Promise<void> {
    await this.#untilStopped(async () => {
      try {
        await this.#level()
        await this.#followOn(async () => {})
      } catch (error) {
        if (!(error instanceof Lost)) throw error
        // Another process feeds these: go on from where it is.
        await this.#sleep(LOOK.idle)
        for (const instance of this.#live.values()) await this.#load(instance)
      }
    })
  }

  async #runShared(): Promise<void> {
    await this.#untilStopped(async () => {
      try {
        await this.#look(await this.#progress.take({ reached: START, recorded: '' }))
        this.#live.clear()
        for (const folding of this.#deps.foldings) {
          this.#live.set(folding.name, await this.#open(folding, false))
          await this.#beat()
        }
        await this.#level()
        await this.#index([...this.#live.values()])
        await this.#store([...this.#live.values()])
        for (const [name, instance] of this.#live) {
          if (!instance.published) await this.#publish(instance.folding, instance.collection)
          this.#live.set(name, { ...instance, published: true })
        }
        const kept = this.#collections()
        await this.#whenUnread(() => this.#generations.dropAllBut(new Set([...kept, ...this.#collections()])))
        const moved = async (): Promise<void> => {
          await this.#progress.move({ reached: this.#reached, recorded: this.#recorded })
          this.#beaten = performance.now()
        }
        await moved()
        this.#claimed = false
        await this.#followOn(moved)
      } catch (error) {
        // What another has taken over meanwhile may have changed under this one, whatever shows it first.
        if (!(error instanceof Lost) && (isOutage(error) || (await this.#progress.holds()))) throw error
        // Who fed before may have been writing its last page: as long as nobody else has taken over, it is read again from there.
        if (await this.#progress.holds()) return await this.#sleep(LOOK.waiting)
        await this.#progress.standBy(async (progress) => {
          await this.#look(progress)
          return (await this.#deps.store.head([])) > this.#reached
        })
      }
    })
  }

  async #observe(): Promise<void> {
    await this.#untilStopped(async () => {
      await this.#look(await this.#progress.look())
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#poke = resolve
      await Promise.race([this.#sleep(this.#waiting.size > 0 ? LOOK.waiting : LOOK.idle), promise])
      if (this.#waiting.size > 0) await this.#sleep(LOOK.waiting)
    })
  }

  /** Runs a step again and again; an outage is waited for, anything else ends it. */
  async #untilStopped(step: () => Promise<void>): Promise<void> {
    let pause = LOOK.idle as number
    while (!this.#stop.signal.aborted) {
      const since = performance.now()
      try {
        await step()
      } catch (error) {
        if (!this.#waitsFor(error)) throw error
        this.#deps.onTrouble?.(error)
        pause = performance.now() - since > 10_000 ? LOOK.idle : Math.min(2 * pause, 5_000)
        await this.#sleep(pause)
        for (const instance of this.#live.values()) await this.#load(instance).catch(() => {})
      }
    }
  }

  /** On servers any outage may end. Alone on a folder only room may come back: whatever else keeps it from writing stays. */
  #waitsFor(error: unknown): boolean {
    return (this.#deps.mode ?? 'alone') === 'alone' ? error instanceof StorageFull : isOutage(error)
  }

  async #followOn(moved: () => Promise<void>): Promise<void> {
    this.#restart = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, this.#restart.signal])
    this.#following = true
    try {
      for await (const page of this.#deps.store.follow({ from: this.#reached, prefixes: [], signal })) {
        const begun = performance.now()
        await this.#exclusive(async () => {
          await this.#apply([...this.#live.values()], page)
          if (page.caughtUp) await this.#index([...this.#live.values()])
          this.#reached = page.position > this.#reached ? page.position : this.#reached
          this.#caughtUp = page.caughtUp
          await moved()
          this.#wake()
        })
        this.#storeLater()
        if (page.caughtUp && page.events.length > 0) await this.#rest(performance.now() - begun)
      }
    } finally {
      this.#following = false
    }
  }

  /**
   * In step with the store it takes a part of the time at most: commands of the same process have the other, and what comes meanwhile is
   * one page, in which each document is written once. Nobody waits for that: who asks for a position ends the rest.
   */
  async #rest(worked: number): Promise<void> {
    if (this.#waiting.size > 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#poke = resolve
    await Promise.race([this.#sleep(Math.min(worked * REST.times, REST.most)), promise])
  }

  /** Brings every live model to the position of the one that is furthest, so that one follower can feed all. */
  async #level(): Promise<void> {
    const instances = [...this.#live.values()]
    const furthest = instances.reduce((most, i) => (i.at.reached > most ? i.at.reached : most), START)
    const behind = instances.filter(({ at }) => at.reached < furthest)
    if (behind.length > 0) for await (const page of this.#pages(behind, furthest)) if (page.position >= furthest) break
    this.#reached = await resumeFrom(this.#deps.store, furthest)
    this.#recorded = instances[0]?.at.recorded ?? ''
    this.#wake()
  }

  #follow(from: Position): AsyncIterable<Page> {
    return this.#deps.store.follow({ from, prefixes: [], signal: this.#stop.signal })
  }

  /** Pages from where the first of the instances stands, applied to them; never beyond `until`. */
  async *#pages(instances: readonly Instance[], until?: Position): AsyncGenerator<Page> {
    const from = instances.reduce(
      (least, { at }) => (at.reached < least ? at.reached : least),
      instances[0]!.at.reached,
    )
    for await (const whole of this.#follow(from)) {
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
    // Over the whole order: of those that stand apart, the first of them says it.
    let clock = instances.reduce(
      (least, { at }) => (at.recorded < least ? at.recorded : least),
      instances[0]!.at.recorded,
    )
    const entries: Entry[] = page.events.map((stored) => {
      clock = stored.recordedAt > clock ? stored.recordedAt : clock
      return { stored, event: this.#deps.registry.read(stored), recorded: clock }
    })
    const apply = async (instance: Instance): Promise<void> => {
      const last = lastEvent(page.events, instance.at.last)
      const at: Reached = {
        reached: page.position,
        recorded: clock,
        ...(last && { last }),
      }
      if (at.reached === instance.at.reached && page.events.length === 0) return
      if (at.reached < instance.at.reached) return
      const { reached } = instance.at
      const apart = page.events.length > 0 && page.events[0]!.position <= reached
      const own = apart ? entries.filter(({ stored }) => stored.position > reached) : entries
      const puts = await foldPage(this.#deps.documents, instance.folding, instance.collection, own)
      if (this.#feeds(instance)) await this.#beat()
      // What it makes nothing of it can read again: not every page needs a checkpoint of every model.
      const due = puts.length > 0 || performance.now() - instance.stored >= CHECKPOINT
      if (due) await this.#write(instance, puts, at)
      instance.behind = !due
      instance.at = at
      if (instance === instances[0] && this.#live.get(instance.folding.name) === instance) this.#recorded = clock
      if (this.#feeds(instance)) await this.#beat()
    }
    // Each has its own documents and its own checkpoint; together they are one group for a store that writes in groups.
    const ended = await Promise.allSettled(instances.map(apply))
    for (const each of ended) if (each.status === 'rejected') throw each.reason
  }

  async #write(instance: Instance, puts: readonly Put[], at: Reached): Promise<void> {
    const checkpoint = { name: instance.collection, value: at as unknown as Doc, expected: instance.version }
    const written = await this.#deps.documents.write(puts, checkpoint)
    if (written.checkpoint === 'lost' || written.puts.includes('lost')) throw new Lost()
    instance.version = written.checkpoint!.version
    instance.stored = performance.now()
  }

  /** When it is quiet every checkpoint stands at the head, so that whoever takes over reads nothing again. */
  #storeLater(): void {
    if (this.#storing !== undefined || ![...this.#live.values()].some(({ behind }) => behind)) return
    this.#storing = setTimeout(() => {
      this.#storing = undefined
      // Who has lost them, or finds nobody to write to, is told so with the next page.
      void this.#exclusive(() => this.#store([...this.#live.values()])).catch(() => {})
    }, CHECKPOINT)
    this.#storing.unref()
  }

  /** Stores where each stands, so that nothing need be read again. */
  async #store(instances: readonly Instance[]): Promise<void> {
    const behind = instances.filter((instance) => instance.behind)
    await Promise.all(behind.map((instance) => this.#write(instance, [], instance.at)))
    for (const instance of behind) instance.behind = false
  }

  /** Once a collection is filled, its indexes are made in one go: a first build and a rebuild would spend most of their time on them. */
  async #index(instances: readonly Instance[]): Promise<void> {
    for (const instance of instances) {
      if (instance.indexed) continue
      await this.#generations.index(instance.collection)
      instance.indexed = true
      if (this.#feeds(instance)) await this.#beat()
    }
  }

  /** Not a generation that is built beside it: that goes on while the running one moves. */
  #feeds(instance: Instance): boolean {
    return this.#progress.owned && this.#live.get(instance.folding.name) === instance
  }

  /** To open the models, or one page, may take longer than a standby waits: as long as the work goes on, it is not taken over. */
  async #beat(): Promise<void> {
    if (performance.now() - this.#beaten < (this.#deps.beat ?? BEAT)) return
    // Only one at a time moves it: the next is due later.
    this.#beaten = Infinity
    const standing = { reached: this.#reached, recorded: this.#recorded }
    await this.#progress.move(standing).finally(() => (this.#beaten = performance.now()))
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

  // ── looking at what another process feeds ───────────────────────────────────────────────────────────────────────

  #seen(progress: Progress | undefined): void {
    if (progress === undefined) return
    this.#reached = progress.reached
    this.#recorded = progress.recorded
    this.#wake()
  }

  async #look(progress: Progress | undefined): Promise<void> {
    const missing = progress !== undefined && this.#deps.foldings.some(({ name }) => !this.#served.has(name))
    if (missing || performance.now() - this.#refreshed >= REFRESH) await this.#refresh()
    this.#seen(progress)
  }

  async #refresh(): Promise<void> {
    this.#served = new Map(await this.#generations.all())
    this.#refreshed = performance.now()
  }

  #wake(): void {
    for (const waiting of this.#waiting) if (waiting.position <= this.#reached) waiting.done()
  }

  #release(): void {
    for (const waiting of this.#waiting) waiting.done()
  }

  /** Returns when this process feeds the models, for which it takes over; also one that has taken over first has to find where each stands. */
  async #feedHere(): Promise<void> {
    const { mode = 'alone' } = this.#deps
    if (mode === 'observed')
      throw new Unavailable('This process feeds no read models: ask one whose roles have project.')
    while (mode === 'shared') {
      if (this.#stop.signal.aborted || this.#stopped !== undefined)
        throw new Unavailable('The read models have stopped.')
      if (this.#following && (await this.#progress.holds())) return
      this.#claimed = true
      this.#poke()
      // It may follow on and not know yet that another has taken over.
      this.#restart.abort()
      await this.#sleep(LOOK.waiting)
    }
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {})
  }

  // ── generations ─────────────────────────────────────────────────────────────────────────────────────────────────

  #instance(folding: Folding, collection: string, published: boolean): Instance {
    return {
      folding,
      collection,
      published,
      version: 'none',
      at: { reached: START, recorded: '' },
      stored: -Infinity,
      behind: false,
      indexed: false,
    }
  }

  /** `serve`: a first build is served from its beginning, since nobody is served by another process meanwhile. */
  async #open(folding: Folding, serve: boolean): Promise<Instance> {
    const live = await this.#generations.live(folding)
    const found = live ?? (await this.#generations.begun(folding))
    if (found !== undefined) {
      await this.#generations.declare(folding, found)
      const instance = this.#instance(folding, found, live !== undefined)
      await this.#load(instance)
      if (await stillHolds(this.#deps.store, instance.at.last)) {
        if (instance.published) this.#served.set(folding.name, found)
        return instance
      }
    }
    // The first; or the store was restored or replaced, and what stands here was folded from other events.
    await this.#mustHold()
    const collection = await this.#generations.fresh(folding, found)
    if (serve) await this.#publish(folding, collection)
    else await this.#generations.begin(folding, collection)
    if (found !== undefined) await this.#generations.drop(found)
    return this.#instance(folding, collection, serve)
  }

  /** Whoever was taken over while it stood still puts nothing of its own into service. */
  async #mustHold(): Promise<void> {
    if (this.#deps.mode === 'shared' && !(await this.#progress.holds())) throw new Lost()
  }

  async #publish(folding: Folding, collection: string): Promise<void> {
    await this.#mustHold()
    await this.#generations.publish(folding, collection)
    this.#served.set(folding.name, collection)
  }

  async #load(instance: Instance): Promise<void> {
    const found = await this.#deps.documents.checkpoint(instance.collection)
    instance.version = found?.version ?? 'none'
    instance.behind = false
    instance.at = (found?.value as unknown as Reached | undefined) ?? { reached: START, recorded: '' }
  }

  #collections(): Set<string> {
    return new Set([...this.#live.values()].map((i) => i.collection))
  }

  /** Alone at once; shared when every other process has seen that another collection is served. */
  async #whenUnread(drop: () => Promise<void>): Promise<void> {
    if ((this.#deps.mode ?? 'alone') === 'alone') return drop()
    const timer = setTimeout(() => {
      this.#later.delete(timer)
      // By now another may feed, and serve what this one would drop.
      const holding = async (): Promise<void> => void ((await this.#progress.holds()) && (await drop()))
      void holding().catch((error: unknown) => this.#deps.onTrouble?.(error))
    }, this.#deps.grace ?? GRACE)
    timer.unref()
    this.#later.add(timer)
  }
}
