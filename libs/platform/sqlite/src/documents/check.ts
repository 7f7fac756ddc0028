import type { Doc, Index } from '@rapport/events'
import type { Database } from '../database.ts'
import type { Finding } from '../integrity.ts'
import { Table } from './table.ts'
import type { Key } from './table.ts'

/** Documents that are no JSON, or whose indexed columns say something else than the document. */
export function* documentFindings(file: Database): Generator<Finding, void, undefined> {
  for (const { id, name, indexes } of file.raw
    .prepare('SELECT id, name, indexes FROM collections ORDER BY name')
    .all()) {
    const table = new Table(Number(id), JSON.parse(String(indexes)) as Index[])
    const columns = table.columns.map((column) => column.name)
    const rows = file.raw.prepare(
      `SELECT tenant, id, body, live${columns.map((column) => `, ${column}`).join('')} FROM ${table.name}`,
    )
    for (const row of rows.iterate() as Iterable<Record<string, Key | null>>) {
      const where = `${name} ${row['tenant']} ${row['id']}`
      const keys = keysOf(table, row['body'] as string | null)
      if (keys === undefined)
        yield { code: 'document-unreadable', message: 'A document is no JSON, or not as declared.', where }
      else if ((row['body'] !== null) !== (row['live'] === 1) || columns.some((column, n) => row[column] !== keys[n])) {
        yield {
          code: 'document-index',
          message: 'The index of a document says something else than the document.',
          where,
        }
      }
    }
  }
}

function keysOf(table: Table, body: string | null): readonly (Key | null)[] | undefined {
  try {
    return table.keys(body === null ? 'deleted' : (JSON.parse(body) as Doc))
  } catch {
    return undefined
  }
}
