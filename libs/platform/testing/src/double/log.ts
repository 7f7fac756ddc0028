import { randomUUID } from 'node:crypto'

/** What a writer proposes; bytes, for the log does not look into them. */
export interface Proposed {
  readonly id: string
  readonly type: string
  readonly json: boolean
  readonly metadata: Uint8Array
  readonly data: Uint8Array
}
export interface Entry extends Proposed {
  readonly stream: string
  readonly revision: number
  /** Commit and prepare position: the offset that it would have in a file. */
  readonly at: bigint
  /** Ticks of 100 ns since 1970. */
  readonly created: bigint
}
/** 'any' and 'exists' are no expectations of the adapter's, but recorded answers build on them. */
export type Expectation = 'any' | 'exists' | number
/** `wrong`: the revision of the stream's last event, -1 for no stream. */
export type Appending = { readonly wrong: number } | { readonly revision: number; readonly at: bigint }

/** Makes the entries of one append durable; `end` is where the next would stand. */
export type Keep = (entries: readonly Entry[], end: bigint) => void

/** How much an entry takes beside its texts. */
const FRAME = 100

/** The one log of the EventStoreDB double: in memory, and told to whoever keeps it. */
export class Log {
  readonly all: Entry[] = []
  readonly #streams = new Map<string, Entry[]>()
  readonly #keep: Keep
  /** Where ids were written since the process began: only what expects no revision is compared with it. */
  readonly #recent = new Map<string, Entry>()
  readonly #waiting = new Set<() => void>()
  #end = 548n

  constructor(keep: Keep = () => {}) {
    this.#keep = keep
  }

  stream(name: string): readonly Entry[] {
    return this.#streams.get(name) ?? []
  }

  /** Position behind the last entry. */
  get end(): bigint {
    return this.#end
  }

  /** Later entries stand above this number. */
  jump(above: bigint): void {
    if (above > this.#end) this.#end = above
  }

  /** As a server judges: a repeat gives its first place, anything else that does not fit gives the head that stands. */
  append(stream: string, events: readonly Proposed[], expected: Expectation): Appending {
    const standing = this.stream(stream)
    const head = standing.length - 1
    const repeat = expected === 'any' || expected === 'exists' ? this.#recently(stream, events) : undefined
    if (expected === 'exists' && head < 0) return { wrong: head }
    if (repeat === 'partly') return { wrong: head }
    if (repeat) return { revision: repeat.revision, at: repeat.at }
    if (typeof expected === 'number' && expected !== head) {
      const last = standing[expected + events.length]
      const stands = expected < head && events.every(({ id }, n) => standing[expected + 1 + n]?.id === id)
      return stands && last ? { revision: last.revision, at: last.at } : { wrong: head }
    }
    const last = this.#write(stream, events)
    return { revision: last.revision, at: last.at }
  }

  #recently(stream: string, events: readonly Proposed[]): Entry | 'partly' | undefined {
    const found = events.map(({ id }) => this.#recent.get(id)).map((one) => (one?.stream === stream ? one : undefined))
    if (found.every((one) => one !== undefined)) return found.at(-1)
    return found[0] === undefined ? undefined : 'partly'
  }

  #write(stream: string, events: readonly Proposed[]): Entry {
    const created = BigInt(Date.now()) * 10_000n + BigInt(this.all.length % 10_000)
    const base = this.stream(stream).length
    const entries: Entry[] = []
    let at = this.#end
    for (const [n, event] of events.entries()) {
      entries.push({ ...event, stream, revision: base + n, at, created })
      at += BigInt(FRAME + stream.length + event.type.length + event.metadata.length + event.data.length)
    }
    this.#keep(entries, at) // durable before anybody can read it
    this.restore(entries, at)
    for (const entry of entries) this.#recent.set(entry.id, entry)
    for (const wake of [...this.#waiting]) wake()
    return entries.at(-1)!
  }

  /** Entries that stand already, in order. */
  restore(entries: readonly Entry[], end: bigint): void {
    for (const entry of entries) {
      const standing = this.#streams.get(entry.stream)
      if (standing) standing.push(entry)
      else this.#streams.set(entry.stream, [entry])
      this.all.push(entry)
    }
    this.jump(end)
  }

  /** What a server writes for itself when it begins: a log is never without events of others. */
  begin(): void {
    if (this.all.length > 0) return
    const own = { json: true, metadata: new Uint8Array(), data: Buffer.from('{}') }
    this.#write('$$$scavenges', [{ ...own, id: randomUUID(), type: '$metadata' }])
    this.#write('$projections-$all', [{ ...own, id: randomUUID(), type: '$ProjectionsInitialized' }])
  }

  /** Resolves when something was appended, or when `ended` aborts. */
  more(ended: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake)
        ended.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      ended.addEventListener('abort', wake)
      if (ended.aborted) wake()
    })
  }
}
