import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { NewEvent, StoredEvent } from '@rapport/events'

/** What a hand-written event table needs: streams by number, one index, WAL with a sync at every commit. */
export const tables = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;
  CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL,
    id TEXT NOT NULL, type TEXT NOT NULL, recorded TEXT NOT NULL, metadata TEXT NOT NULL, data TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);`

const insert = 'INSERT INTO events (seq, stream, revision, id, type, recorded, metadata, data) VALUES (?,?,?,?,?,?,?,?)'
const columns = 'e.seq, s.name, e.revision, e.id, e.type, e.recorded, e.metadata, e.data'
type Row = [number, string, number, string, string, string, string, string]

const storedOf = ([seq, stream, revision, id, type, recordedAt, metadata, data]: Row): StoredEvent => ({
  stream,
  revision,
  position: String(seq).padStart(20, '0'),
  id,
  type,
  recordedAt,
  metadata,
  data,
})

/** An event store in a few lines: stream numbers and heads in memory, a revision check, JSON checked, one transaction a group. */
export class EventsControl {
  readonly db: DatabaseSync
  readonly #insert: StatementSync
  readonly #stream: StatementSync
  readonly #read: StatementSync
  readonly #page: StatementSync
  readonly #heads = new Map<string, { readonly id: number; revision: number }>()
  #seq = 0

  constructor(path: string) {
    this.db = new DatabaseSync(path)
    this.db.exec(tables)
    this.#insert = this.db.prepare(insert)
    this.#stream = this.db.prepare('INSERT INTO streams (id, name) VALUES (?, ?)')
    const from = 'FROM events e JOIN streams s ON s.id = e.stream WHERE'
    this.#read = this.db.prepare(`SELECT ${columns} ${from} s.name = ? ORDER BY e.revision`)
    this.#page = this.db.prepare(`SELECT ${columns} ${from} e.seq > ? ORDER BY e.seq LIMIT 500`)
    this.#read.setReturnArrays(true)
    this.#page.setReturnArrays(true)
  }

  /** Runs `work` in one transaction, durable when it answers. */
  group(work: () => void): void {
    this.db.exec('BEGIN IMMEDIATE')
    work()
    this.db.exec('COMMIT')
  }

  append(stream: string, events: readonly NewEvent[], expected: number): void {
    let head = this.#heads.get(stream)
    if (head === undefined) {
      head = { id: this.#heads.size + 1, revision: -1 }
      this.#heads.set(stream, head)
      this.#stream.run(head.id, stream)
    }
    if (head.revision !== expected) throw new Error('conflict')
    const now = new Date().toISOString()
    for (const { id, type, metadata, data } of events) {
      JSON.parse(metadata)
      JSON.parse(data)
      this.#insert.run(++this.#seq, head.id, ++head.revision, id, type, now, metadata, data)
    }
  }

  read(stream: string): readonly StoredEvent[] {
    return (this.#read.all(stream) as unknown as Row[]).map(storedOf)
  }

  /** Every event in order, a page at a time. */
  *replay(): Generator<readonly StoredEvent[]> {
    for (let from = 0; ;) {
      const rows = this.#page.all(from) as unknown as Row[]
      if (rows.length === 0) return
      from = rows.at(-1)![0]
      yield rows.map(storedOf)
    }
  }
}

/** The statements alone, of the same bytes in the same batches: no look-up, no check, no JSON, no object of our own. */
export class Bare {
  readonly db: DatabaseSync
  readonly #insert: StatementSync
  #seq = 0

  constructor(path: string) {
    this.db = new DatabaseSync(path)
    this.db.exec(tables)
    this.#insert = this.db.prepare(insert)
  }

  /** One transaction; event n is of stream n, or all are of stream 0. */
  insert(events: readonly NewEvent[], at: (n: number) => readonly [stream: number, revision: number]): void {
    this.db.exec('BEGIN IMMEDIATE')
    for (const [n, { id, type, metadata, data }] of events.entries())
      this.#insert.run(++this.#seq, ...at(n), id, type, '2026-01-01T00:00:00.000Z', metadata, data)
    this.db.exec('COMMIT')
  }
}
