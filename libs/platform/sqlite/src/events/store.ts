import { setImmediate as turn } from 'node:timers/promises'
import { START, Unavailable, validAppend } from '@rapport/events'
import type { Appended, EventStore, Expected, Follow, NewEvent, Page, Position, StoredEvent } from '@rapport/events'
import type { Database } from '../database.ts'
import { portError } from '../failure.ts'
import type { Writer } from '../writer.ts'
import { Append } from './append.ts'
import { Group } from './group.ts'
import type { Head } from './group.ts'
import { Pages } from './pages.ts'
import type { Stretch } from './pages.ts'
import { Recent } from './recent.ts'
import { positionOf, seqOf } from './schema.ts'
import { Wakeups } from './wakeups.ts'

export interface StoreOptions {
  readonly now: () => number
  /** Absent: the file is only read, perhaps while another process writes it. */
  readonly writer?: Writer
  /** How many stream heads stay in memory. */
  readonly heads?: number
}

/** The event store in one SQLite file; see contracts.md §4 for what it promises. */
export class SqliteEventStore implements EventStore {
  readonly #db: Database
  readonly #writer: Writer | undefined
  readonly #pages: Pages
  readonly #group: Group | undefined
  readonly #wakeups = new Wakeups()

  constructor(db: Database, { now, writer, heads = 100_000 }: StoreOptions) {
    this.#db = db
    this.#writer = writer
    this.#pages = new Pages(db)
    if (writer === undefined) return
    this.#group = new Group(db, now, new Recent<string, Head>(heads), () => this.#wakeups.wake())
    writer.join(this.#group)
  }

  append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const writer = this.#writer
      const group = this.#group
      if (writer === undefined || group === undefined)
        throw new Unavailable('The data folder is open for reading only.')
      validAppend(stream, events, expected)
      writer.add(new Append(group, stream, [...events], expected, resolve, reject))
    })
  }

  async read(
    stream: string,
    { from = 0, limit = Infinity }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<readonly StoredEvent[]> {
    this.#check()
    return this.#ask(() => {
      // Most who read know the stream up to here; where this process writes, it knows that there is nothing more.
      if (this.#group !== undefined && this.#group.revision(stream) < from) return []
      return this.#pages.stream(stream, from, Math.min(limit, Number.MAX_SAFE_INTEGER))
    })
  }

  async *follow({ from, prefixes, signal }: Follow): AsyncGenerator<Page, void, undefined> {
    let at = seqOf(from)
    while (!signal.aborted) {
      this.#check()
      const head = this.#ask(() => this.#seq())
      const { events, reached } = this.#ask(() => this.#next(prefixes, at, head))
      at = reached
      yield { events, position: at === 0 ? START : positionOf(at), caughtUp: at >= head }
      if (signal.aborted) return
      // Reading is synchronous: without this turn a long catch-up would keep appends and requests waiting.
      if (at < this.#ask(() => this.#seq())) await turn()
      else await this.#wakeups.next(signal)
    }
  }

  #next(prefixes: readonly string[], from: number, head: number): Stretch {
    if (head <= from) return { events: [], reached: from }
    const contexts = this.#contexts(prefixes)
    return contexts === undefined ? this.#pages.all(from, head) : this.#pages.of(contexts, from, head)
  }

  async head(prefixes: readonly string[]): Promise<Position> {
    this.#check()
    const seq = this.#ask(() => {
      const contexts = this.#contexts(prefixes)
      if (contexts === undefined) return this.#seq()
      const last = (context: number) =>
        this.#db.sql('SELECT max(seq) AS seq FROM events WHERE context = ?').get(context)
      return contexts.reduce((most, context) => Math.max(most, Number(last(context)?.['seq'] ?? 0)), 0)
    })
    return seq === 0 ? START : positionOf(seq)
  }

  async close(): Promise<void> {
    this.#writer?.close()
    this.#wakeups.wake()
  }

  #check(): void {
    if (this.#writer === undefined) this.#db.check()
    else this.#writer.check()
  }

  #seq(): number {
    return this.#group?.seq ?? Number(this.#db.sql('SELECT max(seq) AS seq FROM events').get()?.['seq'] ?? 0)
  }

  /** A prefix ends in '.', and so does the context in a stream's name: a context's events are all or none of a prefix's. */
  #contexts(prefixes: readonly string[]): number[] | undefined {
    if (prefixes.length === 0) return undefined
    const known = this.#db.sql('SELECT id, name FROM contexts ORDER BY id').all()
    const wanted = known.filter((each) => prefixes.includes(`${each['name']}.`)).map((each) => Number(each['id']))
    return wanted.length === known.length ? undefined : wanted
  }

  #ask<T>(question: () => T): T {
    try {
      return question()
    } catch (error) {
      throw portError(error, this.#db.path)
    }
  }
}
