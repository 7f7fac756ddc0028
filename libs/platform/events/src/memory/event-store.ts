import { Conflict, Unavailable } from '../errors.ts'
import { START } from '../ports.ts'
import type { Appended, EventStore, Expected, Follow, NewEvent, Page, Position, StoredEvent } from '../ports.ts'
import { validAppend } from './valid-append.ts'

/** What outlives an instance: give it to another one to model a restart or a second reader. */
export interface MemoryLog {
  readonly all: StoredEvent[]
  readonly streams: Map<string, StoredEvent[]>
  readonly waiting: Set<() => void>
  /** The number in the last position given. */
  last: bigint
}
export const memoryLog = (): MemoryLog => ({ all: [], streams: new Map(), waiting: new Set(), last: 0n })

const PAGE = 500
const width = 20

/** An {@link EventStore} in memory, for tests and as the model that the property test holds the others to. */
export class MemoryEventStore implements EventStore {
  readonly log: MemoryLog
  readonly #now: () => number
  #closed = false

  constructor(options: { readonly now?: () => number; readonly log?: MemoryLog } = {}) {
    this.#now = options.now ?? Date.now
    this.log = options.log ?? memoryLog()
  }

  async append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<Appended> {
    this.#open()
    validAppend(stream, events, expected)
    const standing = this.log.streams.get(stream) ?? []
    const first = expected === 'none' ? 0 : expected + 1
    const repeat = events.every((event, n) => standing[first + n]?.id === event.id)
    if (!repeat) {
      if (first !== standing.length) throw new Conflict(stream, standing.length === 0 ? 'none' : standing.length - 1)
      this.#store(stream, standing, events)
    }
    const { revision, position } = standing[first + events.length - 1]!
    return { revision, position }
  }

  #store(stream: string, standing: StoredEvent[], events: readonly NewEvent[]): void {
    const now = new Date(this.#now()).toISOString()
    for (const { id, type, metadata, data, recordedAt: moved = now } of events) {
      const before = this.log.all.at(-1)?.recordedAt ?? ''
      const recordedAt = moved > before ? moved : before
      this.log.last += 1n
      const position = String(this.log.last).padStart(width, '0')
      const stored = Object.freeze({
        id,
        type,
        metadata,
        data,
        stream,
        revision: standing.length,
        position,
        recordedAt,
      })
      standing.push(stored)
      this.log.all.push(stored)
    }
    this.log.streams.set(stream, standing)
    for (const wake of [...this.log.waiting]) wake()
  }

  async read(
    stream: string,
    options: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<readonly StoredEvent[]> {
    this.#open()
    const from = options.from ?? 0
    return (this.log.streams.get(stream) ?? []).slice(from, from + (options.limit ?? Infinity))
  }

  async *follow({ from, prefixes, signal }: Follow): AsyncIterable<Page> {
    let position = from
    let next = firstAfter(this.log.all, from)
    while (!signal.aborted) {
      this.#open()
      const read = this.log.all.slice(next, next + PAGE)
      next += read.length
      position = read.at(-1)?.position ?? position
      yield {
        events: read.filter((event) => isUnder(event.stream, prefixes)),
        position,
        caughtUp: next === this.log.all.length,
      }
      while (next === this.log.all.length && !signal.aborted && !this.#closed) await this.#more(signal)
    }
  }

  /** Resolves when something was appended, the store was closed or the signal aborted. */
  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.log.waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.log.waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  async head(prefixes: readonly string[]): Promise<Position> {
    this.#open()
    return this.log.all.findLast((event) => isUnder(event.stream, prefixes))?.position ?? START
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const wake of [...this.log.waiting]) wake()
  }

  #open(): void {
    if (this.#closed) throw new Unavailable('The store is closed.')
  }
}

const isUnder = (stream: string, prefixes: readonly string[]): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => stream.startsWith(prefix))

/** Index of the first event behind a position; the log is sorted by it. */
function firstAfter(all: readonly StoredEvent[], position: Position): number {
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (all[middle]!.position > position) high = middle
    else low = middle + 1
  }
  return low
}
