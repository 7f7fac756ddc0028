import type { StoredEvent } from '@rapport/events'
import type { Database } from '../database.ts'
import { parseStored } from '../failure.ts'
import { positionOf } from './schema.ts'

type Row = [seq: number, stream: string, revision: number, id: string, type: string, recordedAt: string, metadata: string, data: string]

// One JSON array a page: one text crosses from SQLite to JavaScript instead of eight values an event.
const asJson = (events: string): string => `
  SELECT json_group_array(json_array(e.seq, s.name, e.revision, e.id, e.type, e.recorded, e.metadata, e.data)) AS page
  FROM (${events}) e JOIN streams s ON s.id = e.stream`
const all = asJson('SELECT * FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?')
const ofStream = asJson('SELECT * FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision >= ? ORDER BY revision LIMIT ?')
const ofContexts = (count: number): string => asJson(`
  SELECT * FROM events WHERE seq IN (SELECT seq FROM (${Array(count).fill(
    'SELECT * FROM (SELECT seq FROM events WHERE context = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?)').join(' UNION ALL ')}
  ) ORDER BY seq LIMIT ?) ORDER BY seq`)

const events = (page: unknown, where: object): StoredEvent[] => parseStored<Row[]>(String(page), { ...where }).map(
  ([seq, stream, revision, id, type, recordedAt, metadata, data]) => ({
    stream, revision, position: positionOf(seq), id, type, recordedAt, metadata, data }))

/** Events after `from` up to `to`, at most `limit`, in order of position; of these contexts only, or of all. */
export function readAll(db: Database, contexts: readonly number[] | undefined, from: number, to: number, limit: number): StoredEvent[] {
  if (contexts?.length === 0) return []
  const row = contexts === undefined
    ? db.sql(all).get(from, to, limit)
    : db.sql(ofContexts(contexts.length)).get(...contexts.flatMap(context => [context, from, to, limit]), limit)
  return events(row?.['page'], { from, to })
}

/** Events of one stream from a revision, at most `limit`, in order of revision. */
export function readStream(db: Database, stream: string, from: number, limit: number): StoredEvent[] {
  return events(db.sql(ofStream).get(stream, from, limit)?.['page'], { stream, from })
}
