import { InvalidQuery } from '@rapport/events'
import type { Collection, Index } from '@rapport/events'
import type { Database } from '../database.ts'
import { parseStored } from '../failure.ts'
import { Table } from './table.ts'

/** The declared collections of a file and the tables they stand in. */
export class Collections {
  readonly #db: Database
  readonly #tables = new Map<string, Table>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Is it declared like this already? Declared otherwise is {@link InvalidQuery}. */
  stands({ name, indexes }: Collection): boolean {
    const standing = this.#db.sql('SELECT indexes FROM collections WHERE name = ?').get(name)?.['indexes']
    if (standing === undefined || standing === textOf(indexes)) return standing !== undefined
    throw new InvalidQuery('declared with other indexes', { collection: name })
  }

  make({ name, indexes }: Collection, indexed: 'now' | 'later'): void {
    this.#db.transaction(() => {
      const insert = this.#db.sql('INSERT INTO collections (name, indexes) VALUES (?, ?)')
      const table = new Table(Number(insert.run(name, textOf(indexes)).lastInsertRowid), indexes)
      this.#db.raw.exec(table.create())
      if (indexed === 'now') for (const { sql } of table.indexes) this.#db.raw.exec(sql)
    })
  }

  /** Statements for the indexes that are to be made still. */
  missing(name: string): readonly string[] {
    const { name: table, indexes } = this.get(name)
    const rows = this.#db.sql(`SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?`).all(table)
    const made = new Set(rows.map((row) => row['name']))
    return indexes.filter((index) => !made.has(index.name)).map(({ sql }) => sql)
  }

  get(name: string): Table {
    const known = this.#tables.get(name)
    if (known !== undefined) return known
    const row = this.#db.sql('SELECT id, indexes FROM collections WHERE name = ?').get(name)
    if (row === undefined) throw new InvalidQuery('not a declared collection', { collection: name })
    const table = new Table(Number(row['id']), parseStored<Index[]>(String(row['indexes']), { collection: name }))
    this.#tables.set(name, table)
    return table
  }

  names(): readonly string[] {
    return this.#db
      .sql('SELECT name FROM collections ORDER BY name')
      .all()
      .map((row) => String(row['name']))
  }

  /** Removes the table, its tombstones and the checkpoint of the same name. */
  drop(name: string): void {
    this.#db.transaction(() => {
      const row = this.#db.sql('SELECT id FROM collections WHERE name = ?').get(name)
      if (row !== undefined) this.#db.raw.exec(`DROP TABLE d${Number(row['id'])}`)
      this.#db.sql('DELETE FROM collections WHERE name = ?').run(name)
      this.#db.sql('DELETE FROM checkpoints WHERE name = ?').run(name)
    })
    const table = this.#tables.get(name)
    this.#tables.delete(name)
    if (table !== undefined) this.#db.forget((text) => text.includes(`${table.name} `))
  }
}

const textOf = (indexes: readonly Index[]): string =>
  JSON.stringify(indexes.map((index) => index.map(({ field, type }) => ({ field, type }))))
