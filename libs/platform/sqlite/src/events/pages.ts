import type { SQLInputValue, StatementSync } from 'node:sqlite'
import type { StoredEvent } from '@rapport/events'
import type { Database } from '../database.ts'
import { BLOCK, isLarge, positionOf } from './schema.ts'

/** Events in a page at most; fewer where they are large, so that a page stays within the bytes below. */
const PAGE = 500
const PAGE_BYTES = 8 * 1024 * 1024
const LARGE_PAGE = 16
/** Blocks looked at for one page of some contexts. */
const BLOCKS = 256

type Row = [
  seq: number,
  stream: string | null,
  revision: number,
  id: string,
  type: string,
  recordedAt: string,
  metadata: string,
  data: string,
]
/** Events in order of position, and how far the order was read for them. */
export interface Stretch {
  readonly events: StoredEvent[]
  readonly reached: number
}

const columns = 'e.revision, e.id, e.type, e.recorded, e.metadata, e.data'
const inStream = `SELECT e.seq, NULL, ${columns} FROM events e
  WHERE e.stream = (SELECT id FROM streams WHERE name = ?) AND e.revision >= ? ORDER BY e.revision LIMIT ?`
// The join costs less than to keep names by number: the streams of one page are many where each has few events.
const inOrder = `SELECT e.seq, s.name, ${columns}`
const named = 'CROSS JOIN streams s ON s.id = e.stream'
const large = `SELECT seq FROM events WHERE ${isLarge} AND seq > ? AND seq <= ? LIMIT 1`
const lastOf = `SELECT e.seq FROM (SELECT block * ${BLOCK} AS start FROM context_blocks WHERE context = ? ORDER BY block DESC LIMIT 1) b
  JOIN events e ON e.seq >= b.start AND e.seq < b.start + ${BLOCK} WHERE e.context = ? ORDER BY e.seq DESC LIMIT 1`
const range = (contexts: number): string => {
  const among = contexts === 0 ? '' : ` AND e.context IN (${Array(contexts).fill('?').join(',')})`
  return `WHERE e.seq > ? AND e.seq <= ?${among} ORDER BY e.seq LIMIT ?`
}
const blocks = (contexts: number): string => {
  const one = `SELECT * FROM (SELECT block FROM context_blocks WHERE context = ? AND block >= ? ORDER BY block LIMIT ${BLOCKS})`
  return `${Array(contexts).fill(one).join(' UNION ')} ORDER BY block LIMIT ${BLOCKS}`
}

/** Reads pages of events as rows of plain values: of what was measured, the fastest way out of node:sqlite. */
export class Pages {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The next events after `from` up to `to`. */
  all(from: number, to: number): Stretch {
    return this.#stretch([], from, to, Math.min(to, from + PAGE), PAGE)
  }

  /** The next events of these contexts after `from` up to `to`; blocks without any are passed over unread. */
  of(contexts: readonly number[], from: number, to: number): Stretch {
    const first = Math.floor((from + 1) / BLOCK)
    const found =
      contexts.length === 0
        ? []
        : this.#rows(blocks(contexts.length)).all(...contexts.flatMap((context) => [context, first]))
    const runs = runsOf((found as unknown as [number][]).map(([block]) => block))
    const events: StoredEvent[] = []
    let reached = from
    for (const [start, end] of runs) {
      const last = Math.min(to, (end + 1) * BLOCK - 1)
      const next = this.#stretch(contexts, Math.max(from, start * BLOCK - 1), last, last, PAGE - events.length)
      events.push(...next.events)
      reached = next.reached
      if (reached < last || events.length === PAGE || next.heavy) return { events, reached }
    }
    return { events, reached: found.length < BLOCKS ? to : reached }
  }

  /** Events of one stream from a revision in order, at most so many. */
  stream(name: string, from: number, most: number): StoredEvent[] {
    return this.#events(inStream, [name, from, most], name)
  }

  /** The last event of a context, 0 for none. */
  last(context: number): number {
    const row = this.#rows(lastOf).get(context, context)
    return row === undefined ? 0 : Number((row as unknown as [number])[0])
  }

  /** `heavy`: there are large events about, so that the page should end here. */
  #stretch(
    contexts: readonly number[],
    from: number,
    to: number,
    last: number,
    most: number,
  ): Stretch & { readonly heavy: boolean } {
    const within = range(contexts.length)
    const heavy = this.#rows(large).get(from, last) !== undefined
    const limit = !heavy || this.#fits(within, [from, to, ...contexts, most]) ? most : Math.min(most, LARGE_PAGE)
    const events = this.#events(`${inOrder} FROM events e ${named} ${within}`, [from, to, ...contexts, limit])
    return { events, reached: events.length < limit ? to : Number(events.at(-1)!.position), heavy }
  }

  #fits(within: string, values: readonly SQLInputValue[]): boolean {
    const size = this.#rows(
      `SELECT sum(n) FROM (SELECT octet_length(metadata) + octet_length(data) AS n FROM events e ${within})`,
    )
    const [bytes] = size.get(...values) as unknown as [number | null]
    return Number(bytes) <= PAGE_BYTES
  }

  /** `name`: of the stream whose events these are, where they are of one. */
  #events(sql: string, values: readonly SQLInputValue[], name = ''): StoredEvent[] {
    const rows = this.#rows(sql).all(...values) as unknown as Row[]
    return rows.map(([seq, stream, revision, id, type, recordedAt, metadata, data]) => ({
      stream: stream ?? name,
      revision,
      position: positionOf(seq),
      id,
      type,
      recordedAt,
      metadata,
      data,
    }))
  }

  #rows(sql: string): StatementSync {
    return this.#db.sql(sql, true)
  }
}

/** Neighbouring blocks together, as pairs of first and last. */
function runsOf(blocks: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const block of blocks) {
    const run = runs.at(-1)
    if (run !== undefined && run[1] + 1 === block) run[1] = block
    else runs.push([block, block])
  }
  return runs
}
