import type { SQLInputValue, StatementSync } from 'node:sqlite'
import type { StoredEvent } from '@rapport/events'
import type { Database } from '../database.ts'
import { Recent } from './recent.ts'
import { positionOf } from './schema.ts'

/** Events in a page at most; fewer where they are large, so that a page stays within the bytes below. */
export const PAGE = 500
const PAGE_BYTES = 8 * 1024 * 1024
const LARGE_PAGE = 16

type Row = [
  seq: number,
  stream: number,
  revision: number,
  id: string,
  type: string,
  recordedAt: string,
  metadata: string,
  data: string,
]

const columns = 'seq, stream, revision, id, type, recorded, metadata, data'
const inRange = 'FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?'
const inStream =
  'FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision >= ? ORDER BY revision LIMIT ?'
// Each context's next events come from its index; of their union only the first can be in the page.
const inContexts = (count: number): string => {
  const one = 'SELECT * FROM (SELECT seq FROM events WHERE context = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?)'
  return `FROM events WHERE seq IN (SELECT seq FROM (${Array(count).fill(one).join(' UNION ALL ')}) ORDER BY seq LIMIT ?) ORDER BY seq`
}

/** Reads pages of events as rows of plain values: of what was measured, the fastest way out of node:sqlite. */
export class Pages {
  readonly #db: Database
  /** Names by number: cheaper than a join, for neighbouring events are often of few streams. */
  readonly #names = new Recent<number, string>(100_000)

  constructor(db: Database) {
    this.#db = db
  }

  /** Events after `from` up to `to` in order of position, of these contexts only or of all; fewer than asked only at the end. */
  all(contexts: readonly number[] | undefined, from: number, to: number): { events: StoredEvent[]; end: boolean } {
    if (contexts?.length === 0) return { events: [], end: true }
    if (contexts === undefined) return this.#page(inRange, (limit) => [from, to, limit])
    return this.#page(inContexts(contexts.length), (limit) => [
      ...contexts.flatMap((context) => [context, from, to, limit]),
      limit,
    ])
  }

  /** Events of one stream from a revision in order; fewer than asked only at the end. */
  stream(name: string, from: number, most: number): { events: StoredEvent[]; end: boolean } {
    return this.#page(inStream, (limit) => [name, from, limit], most)
  }

  #page(
    source: string,
    values: (limit: number) => SQLInputValue[],
    most = PAGE,
  ): { events: StoredEvent[]; end: boolean } {
    const size = this.#rows(`SELECT sum(n) FROM (SELECT octet_length(metadata) + octet_length(data) AS n ${source})`)
    const [bytes] = size.get(...values(most)) as unknown as [number | null]
    const limit = Number(bytes) > PAGE_BYTES ? Math.min(most, LARGE_PAGE) : most
    const rows = this.#rows(`SELECT ${columns} ${source}`).all(...values(limit)) as unknown as Row[]
    return { events: rows.map((row) => this.#event(row)), end: rows.length < limit }
  }

  #event([seq, stream, revision, id, type, recordedAt, metadata, data]: Row): StoredEvent {
    return { stream: this.#name(stream), revision, position: positionOf(seq), id, type, recordedAt, metadata, data }
  }

  #name(stream: number): string {
    const known = this.#names.get(stream)
    if (known !== undefined) return known
    const [name] = this.#rows('SELECT name FROM streams WHERE id = ?').get(stream) as unknown as [string]
    this.#names.set(stream, name)
    return name
  }

  #rows(sql: string): StatementSync {
    return this.#db.sql(sql, true)
  }
}
