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
export type Appending =
  /** The revision of the stream's last event, -1 for no stream. */
  | { readonly became: 'wrong'; readonly actual: number }
  /** Where the last event of the batch stands; told when readers see it. */
  | { readonly became: 'written' | 'repeat'; readonly last: Entry; readonly readable: Promise<void> }
  /** A repeat of what readers do not see yet: a server drops it without a word. */
  | { readonly became: 'dropped' }

/** Makes the entries of one append durable; `end` is where the next would stand. */
export type Keep = (entries: readonly Entry[], end: bigint) => void

/** How much an entry takes beside its texts. */
const FRAME = 100
/** Milliseconds until readers see what was written: a server's writer is ahead of its index, and judges by what it wrote. */
const INDEXING = 2

/** The one log of the EventStoreDB double: in memory, and told to whoever keeps it. */
export class Log {
  /** What readers see. */
  readonly all: Entry[] = []
  readonly #readable = new Map<string, Entry[]>()
  readonly #written = new Map<string, Entry[]>()
  readonly #keep: Keep
  /** Where ids were first written since the process began: only what expects no revision is compared with it. */
  readonly #recent = new Map<string, Entry>()
  readonly #waiting = new Set<() => void>()
  #end = 548n

  constructor(keep: Keep = () => {}) {
    this.#keep = keep
  }

  stream(name: string): readonly Entry[] {
    return this.#readable.get(name) ?? []
  }

  /** Position behind the last entry. */
  get end(): bigint {
    return this.#end
  }

  /** Later entries stand above this number. */
  jump(above: bigint): void {
    if (above > this.#end) this.#end = above
  }

  /** As a server judges: a repeat gives its first place, anything else that does not fit the head that stands. */
  append(stream: string, events: readonly Proposed[], expected: Expectation): Appending {
    const standing = this.#written.get(stream) ?? []
    const actual = standing.length - 1
    const wrong = { became: 'wrong', actual } as const
    if (typeof expected === 'number') {
      if (expected === actual) return this.#write(stream, events)
      const there = standing.slice(expected + 1, expected + 1 + events.length)
      const repeat = there.length === events.length && events.every(({ id }, n) => there[n]!.id === id)
      return repeat ? this.#repeated(there.at(-1)!) : wrong
    }
    if (expected === 'exists' && actual < 0) return wrong
    const found = events.map(({ id }) => this.#recent.get(id)).map((one) => (one?.stream === stream ? one : undefined))
    if (found[0] === undefined) return this.#write(stream, events)
    return found.includes(undefined) ? wrong : this.#repeated(found.at(-1)!)
  }

  #repeated(last: Entry): Appending {
    const readable = this.stream(last.stream).length > last.revision
    return readable ? { became: 'repeat', last, readable: Promise.resolve() } : { became: 'dropped' }
  }

  #write(stream: string, events: readonly Proposed[]): Appending {
    const created = BigInt(Date.now()) * 10_000n + BigInt(this.all.length % 10_000)
    const base = this.#written.get(stream)?.length ?? 0
    const entries: Entry[] = []
    let at = this.#end
    for (const [n, event] of events.entries()) {
      entries.push({ ...event, stream, revision: base + n, at, created })
      at += BigInt(FRAME + stream.length + event.type.length + event.metadata.length + event.data.length)
    }
    this.#keep(entries, at) // durable before anybody can read it
    add(this.#written, entries)
    for (const entry of entries) if (!this.#recent.has(entry.id)) this.#recent.set(entry.id, entry)
    this.jump(at)
    const readable = new Promise<void>((resolve) => {
      setTimeout(() => {
        this.#show(entries)
        resolve()
      }, INDEXING)
    })
    return { became: 'written', last: entries.at(-1)!, readable }
  }

  #show(entries: readonly Entry[]): void {
    add(this.#readable, entries)
    this.all.push(...entries)
    for (const wake of [...this.#waiting]) wake()
  }

  /** Entries that stand already, in order. */
  restore(entries: readonly Entry[], end: bigint): void {
    add(this.#written, entries)
    this.#show(entries)
    this.jump(end)
  }

  /** What a server writes for itself when it begins: a log is never without events of others. */
  async begin(): Promise<void> {
    if (this.all.length > 0) return
    const own = { json: true, metadata: new Uint8Array(), data: Buffer.from('{}') }
    this.append('$$$scavenges', [{ ...own, id: randomUUID(), type: '$metadata' }], -1)
    const last = this.append('$projections-$all', [{ ...own, id: randomUUID(), type: '$ProjectionsInitialized' }], -1)
    if ('readable' in last) await last.readable
  }

  /** Resolves when readers see more, or when `ended` aborts. */
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

function add(streams: Map<string, Entry[]>, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const standing = streams.get(entry.stream)
    if (standing) standing.push(entry)
    else streams.set(entry.stream, [entry])
  }
}
