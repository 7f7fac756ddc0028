import { Conflict, Corrupt, InvalidAppend, OutcomeUnknown, Unavailable, validAppend } from '@rapport/events'
import type { Appended, EventStore, Expected, Follow, NewEvent, Page, Position, StoredEvent } from '@rapport/events'
import { Batches } from './batches.ts'
import type { Outcome } from './batches.ts'
import { Connection, DRAINED } from './connection.ts'
import { failureOf } from './failure.ts'
import { follow } from './follow.ts'
import { headOf } from './head.ts'
import { storedMetadata } from './moved.ts'
import { pause } from './pause.ts'
import { storedEvent, streamRequest } from './protocol.ts'

export interface EventStoreDbOptions {
  /** A connection string, `esdb://…` or `esdb+discover://…`, as the server's documentation describes it. */
  readonly url: string
  /** Milliseconds after which one attempt of an append counts as unanswered. Default 5,000. */
  readonly timeout?: number
  /**
   * How often a call is repeated that failed or found no answer, before the caller is told: 50 ms later, then twice as long each time, but none
   * is begun after twice the time-out. Default 6.
   */
  readonly retries?: number
}

/** Bytes of events in one append. The server takes 256 MiB by default, but only for two seconds. */
const BATCH_BYTES = 64 * 1024 * 1024
const FIRST_PAUSE = 50

/** The event store on EventStoreDB (KurrentDB); see contracts.md §4 for what it promises. */
export class EventStoreDb implements EventStore {
  readonly #connection: Connection
  readonly #batches: Batches
  readonly #timeout: number
  readonly #retries: number
  readonly #underWay = new Map<string, Promise<Appended>>()

  constructor({ url, timeout = 5000, retries = 6 }: EventStoreDbOptions) {
    this.#connection = new Connection(url)
    this.#batches = new Batches(this.#connection, timeout)
    this.#timeout = timeout
    this.#retries = retries
  }

  async append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<Appended> {
    this.#connection.check()
    validAppend(stream, events, expected)
    for (const event of events) storedMetadata(event)
    const bytes = events.reduce((sum, { metadata, data }) => sum + metadata.length + data.length, 0)
    if (bytes > BATCH_BYTES) throw new InvalidAppend('batch too large', { bytes, limit: BATCH_BYTES })
    // A repeat that reaches the server before its original is readable is dropped there, and both would wait for a time-out.
    const key = [stream, expected, ...events.map(({ id }) => id)].join(' ')
    const same = this.#underWay.get(key)
    if (same) return same
    const answer = this.#append(stream, events, expected)
    this.#underWay.set(key, answer)
    try {
      return await answer
    } finally {
      this.#underWay.delete(key)
    }
  }

  async #append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<Appended> {
    let sent = false
    const until = this.#until()
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#batches.send(stream, events, expected)
      if (outcome.became === 'stored') return this.#stored(stream, events, expected, outcome)
      if (outcome.became === 'conflict') return this.#conflict(stream, events, expected, outcome.actual)
      // The same ids at the same revision again: whatever became of the attempt before, it is stored once.
      sent ||= outcome.sent
      if (outcome.lasting && !sent) throw outcome.lasting
      if (outcome.lasting || attempt === this.#retries || performance.now() > until) {
        throw sent ? new OutcomeUnknown(outcome.reason) : new Unavailable(outcome.reason)
      }
      await pause(FIRST_PAUSE * 2 ** attempt)
    }
  }

  async #stored(
    stream: string,
    events: readonly NewEvent[],
    expected: Expected,
    { revision, position }: Outcome & { readonly became: 'stored' },
  ): Promise<Appended> {
    const last = firstOf(expected) + events.length - 1
    if (revision !== last) throw new Corrupt('The server stored an append elsewhere.', { stream, revision, last })
    if (position !== undefined) return { revision, position }
    const [event] = await this.#known(() => this.read(stream, { from: last, limit: 1 }))
    if (event === undefined) throw new OutcomeUnknown('What the server says is stored cannot be read.')
    return { revision, position: event.position }
  }

  /** (a) before (b): the same ids at the same place are a repeat. Either is said only when what it rests on can be read. */
  async #conflict(
    stream: string,
    events: readonly NewEvent[],
    expected: Expected,
    actual: number | 'none',
  ): Promise<Appended> {
    if (actual === 'none') throw new Conflict(stream, actual)
    const first = firstOf(expected)
    await this.#known(() => this.#durable(stream, actual))
    if (actual >= first + events.length - 1) {
      const standing = await this.#known(() => this.read(stream, { from: first, limit: events.length }))
      const last = standing[events.length - 1]
      if (last && events.every(({ id }, n) => standing[n]?.id === id)) {
        return { revision: last.revision, position: last.position }
      }
    }
    throw new Conflict(stream, actual)
  }

  /** The writer of the server knows a revision a little before its readers do. */
  async #durable(stream: string, revision: number): Promise<void> {
    for (let attempt = 0; attempt <= this.#retries; attempt += 1) {
      const standing = await this.read(stream, { from: revision, limit: 1 })
      if (standing.length > 0) return
      await pause(2 ** attempt)
    }
    throw new Unavailable('The head that an append conflicts with cannot be read.')
  }

  /** An append is in the balance: where nothing can be read, nobody can say how it went. */
  async #known<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (error) {
      if (error instanceof Unavailable) throw new OutcomeUnknown(error.message)
      throw error
    }
  }

  async read(
    stream: string,
    { from = 0, limit = Number.MAX_SAFE_INTEGER }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<readonly StoredEvent[]> {
    const most = Math.min(limit, Number.MAX_SAFE_INTEGER)
    if (most <= 0) return []
    return this.#again(async () => {
      const events: StoredEvent[] = []
      for await (const answer of this.#connection.read(streamRequest(stream, from, most))) {
        if (answer === DRAINED) continue
        if (answer.hasStreamNotFound()) return []
        const event = answer.hasEvent() ? storedEvent(answer) : undefined
        if (event) events.push(event)
      }
      return events
    })
  }

  follow(options: Follow): AsyncIterable<Page> {
    return follow(this.#connection, options)
  }

  head(prefixes: readonly string[]): Promise<Position> {
    return this.#again(() => headOf(this.#connection, prefixes))
  }

  /** A question may be asked again without harm. */
  async #again<T>(question: () => Promise<T>): Promise<T> {
    const until = this.#until()
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await question()
      } catch (error) {
        const { lasting, reason } = failureOf(error)
        if (lasting) throw lasting
        if (attempt === this.#retries || performance.now() > until) throw new Unavailable(reason)
        await pause(FIRST_PAUSE * 2 ** attempt)
      }
    }
  }

  #until(): number {
    return performance.now() + 2 * this.#timeout
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}

const firstOf = (expected: Expected): number => (expected === 'none' ? 0 : expected + 1)
