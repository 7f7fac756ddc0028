import { randomUUID } from 'node:crypto'
import { Conflict, InvalidAppend, MemoryEventStore, START, validAppend } from '@rapport/events'
import type { Appended, EventStore, Position, StoredEvent } from '@rapport/events'
import { fail, holds, same } from '../contracts/check.ts'
import { area, caughtUp, eventsOf, pagesUntil } from '../contracts/event-store/world.ts'
import type { EventStoreHandle } from '../contracts/event-store/world.ts'
import type { Terms } from '../contracts/suite.ts'
import { attemptOf } from './steps.ts'
import type { Attempt, Step, Try } from './steps.ts'

type Result = PromiseSettledResult<Appended>
const plain = ({ stream, revision, id, type, metadata, data }: StoredEvent): unknown => ({
  stream,
  revision,
  id,
  type,
  metadata,
  data,
})

/** Names that begin with one another, as prefixes must tell them apart. */
const kinds = ['', '-a', '-ab', 'x'] as const

/** One store and its model, taken through a story together. */
export class Twins {
  readonly #handle: EventStoreHandle
  readonly #terms: Terms
  readonly #model = new MemoryEventStore()
  readonly #context = area()
  readonly #streams: readonly string[]
  readonly #attempts: Attempt[] = []
  /** The store's position of each event of the model, in its order. */
  #positions: readonly Position[] = []
  #store: EventStore

  constructor(handle: EventStoreHandle, terms: Terms) {
    this.#handle = handle
    this.#store = handle.port
    this.#terms = terms
    this.#streams = kinds.map((kind) => `${this.#context}${kind}.thing-t01~${randomUUID()}`)
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'append') return this.#append(step.tries)
    if (step.do === 'read') return this.#read(this.#streams[step.stream]!, step)
    if (step.do === 'follow') return this.#follow(step.from % (this.#positions.length + 1), step.kinds)
    if (this.#handle.reopen) this.#store = await this.#handle.reopen()
  }

  async end(): Promise<void> {
    for (const stream of this.#streams) await this.#read(stream)
    await this.#follow(0, [0, 1, 2, 3])
    same(await this.#store.head(this.#prefixes([0, 1, 2, 3])), this.#positions.at(-1) ?? START, 'head')
  }

  #prefixes(some: readonly number[]): string[] {
    return some.map((n) => `${this.#context}${kinds[n]}.`)
  }

  async #head(stream: string): Promise<number> {
    return (await this.#model.read(stream)).length - 1
  }

  async #append(tries: readonly Try[]): Promise<void> {
    const attempts: Attempt[] = []
    for (const one of tries) {
      const stream = this.#streams[one.stream]!
      attempts.push(attemptOf(one, stream, await this.#head(stream), [...this.#attempts, ...attempts]))
    }
    this.#attempts.push(...attempts)
    const repeats = await Promise.all(attempts.map((attempt) => this.#stands(attempt)))
    const results = await Promise.allSettled(
      attempts.map(({ stream, events, expected }) => this.#store.append(stream, events, expected)),
    )
    await this.#judge(attempts, results, repeats)
  }

  /**
   * Several appends at once have no order of their own: the positions that the store answered say which it chose. In that order the model
   * must answer the same; a conflict must name a head that the stream had on the way.
   */
  async #judge(attempts: readonly Attempt[], results: readonly Result[], repeats: readonly boolean[]): Promise<void> {
    const heads = new Map<string, Set<number | 'none'>>()
    for (const stream of this.#streams) heads.set(stream, new Set([await this.#actual(stream)]))
    const order = [...attempts.keys()].sort((a, b) => (positionOf(results[a]!) < positionOf(results[b]!) ? -1 : 1))
    for (const n of order) {
      const [{ stream, events, expected }, result] = [attempts[n]!, results[n]!]
      if (result.status === 'rejected') continue
      const model = await this.#model.append(stream, events, expected)
      same(result.value.revision, model.revision, 'the revision answered')
      heads.get(stream)!.add(await this.#actual(stream))
    }
    this.#positions = (await this.#everything(this.#store)).map(({ position }) => position)
    const index = new Map(this.#positions.map((position, n) => [position, n]))
    for (const [n, result] of results.entries()) {
      const attempt = attempts[n]!
      if (result.status === 'rejected') refusedRightly(attempt, result.reason, heads.get(attempt.stream)!, repeats[n]!)
      else {
        const stored = this.#model.log.all[index.get(result.value.position) ?? -1]
        same(stored?.id, attempt.events.at(-1)?.id, 'the event at the position answered')
      }
    }
  }

  async #stands({ stream, events, expected }: Attempt): Promise<boolean> {
    const from = expected === 'none' ? 0 : expected + 1
    const standing = await this.#model.read(stream, { from, limit: events.length })
    return events.length > 0 && standing.length === events.length && standing.every(({ id }, n) => id === events[n]!.id)
  }

  async #actual(stream: string): Promise<number | 'none'> {
    const head = await this.#head(stream)
    return head < 0 ? 'none' : head
  }

  async #read(stream: string, options?: { readonly from: number; readonly limit: number }): Promise<void> {
    const [own, model] = [await this.#store.read(stream, options), await this.#model.read(stream, options)]
    same(own.map(plain), model.map(plain), 'read')
  }

  async #everything(
    store: EventStore,
    from: Position = START,
    kinds: readonly number[] = [0, 1, 2, 3],
  ): Promise<StoredEvent[]> {
    return eventsOf(await pagesUntil(store, { from, prefixes: this.#prefixes(kinds) }, caughtUp, this.#terms))
  }

  async #follow(after: number, kinds: readonly number[]): Promise<void> {
    const from = (positions: readonly Position[]): Position => (after === 0 ? START : positions[after - 1]!)
    const own = await this.#everything(this.#store, from(this.#positions), kinds)
    const model = await this.#everything(this.#model, from(this.#model.log.all.map(({ position }) => position)), kinds)
    same(own.map(plain), model.map(plain), `follow from event ${after}`)
    for (const [n, { position, recordedAt }] of own.entries()) {
      const before = own[n - 1]
      holds(!before || (position > before.position && position.length === before.position.length), 'positions rise')
      holds(!before || recordedAt >= before.recordedAt, 'recordedAt does not fall')
    }
  }
}

function refusedRightly(
  { stream, events, expected }: Attempt,
  reason: unknown,
  heads: ReadonlySet<number | 'none'>,
  repeat: boolean,
): void {
  if (reason instanceof InvalidAppend) {
    try {
      validAppend(stream, events, expected)
    } catch {
      return
    }
    fail('InvalidAppend for a valid batch')
  }
  if (!(reason instanceof Conflict)) fail(`the store failed with ${String(reason)}`)
  holds(!repeat, 'a repeat is answered, never a conflict')
  const named = heads.has(reason.actual) && reason.actual !== expected
  holds(named, `the conflict on ${expected} names a head that stood, not ${reason.actual}`)
}

const positionOf = (result: Result): Position => (result.status === 'fulfilled' ? result.value.position : START)
