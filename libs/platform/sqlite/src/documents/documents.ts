import { randomUUID } from 'node:crypto'
import { Unavailable, validId, validTenant } from '@rapport/events'
import type {
  Checkpoint,
  CheckpointWrite,
  Collection,
  Doc,
  Documents,
  Found,
  Held,
  Position,
  Put,
  PutOutcome,
  Query,
} from '@rapport/events'
import { reach } from '../crash.ts'
import type { Database } from '../database.ts'
import { parseStored, portError } from '../failure.ts'
import { Collections } from './collections.ts'
import { selects } from './find.ts'
import { MANY } from './table.ts'
import type { Key, Table } from './table.ts'

interface Row {
  readonly tenant: string
  readonly id: string
  readonly position: Position
  readonly body: string | null
}
interface Change extends Row {
  readonly table: Table
  readonly expected: 'none' | Position
  readonly keys: readonly (Key | null)[]
}
type Written = Awaited<ReturnType<Documents['write']>>

/** Read models in one SQLite file: a table per collection, a column per declared field, checkpoint and effect in one transaction. */
export class SqliteDocuments implements Documents {
  readonly #db: Database
  readonly #readonly: boolean
  readonly #collections: Collections

  constructor(db: Database, { readonly = false }: { readonly readonly?: boolean } = {}) {
    this.#db = db
    this.#readonly = readonly
    this.#collections = new Collections(db)
  }

  declare(collection: Collection): Promise<void> {
    return this.#ask(() => {
      if (this.#collections.stands(collection)) return
      if (this.#readonly) throw readOnly()
      this.#collections.make(collection)
    })
  }

  async get(tenant: string, collection: string, id: string): Promise<Held | undefined> {
    return (await this.getMany(tenant, collection, [id]))[0]
  }

  getMany(tenant: string, collection: string, ids: readonly string[]): Promise<readonly (Held | undefined)[]> {
    return this.#ask(() => {
      const table = this.#table(tenant, collection)
      const found = new Map<string, Held>()
      for (const { id, position, body } of this.#standing(table, tenant, ids)) {
        const doc = body === null ? 'deleted' : parseStored<Doc>(body, { collection, tenant, id })
        found.set(id, { doc, position })
      }
      return ids.map((id) => found.get(id))
    })
  }

  /** The rows of these ids, some at a time: one statement costs more than most of its look-ups. */
  *#standing(table: Table, tenant: string, ids: readonly string[]): Generator<Row> {
    for (let at = 0; at < ids.length; at += MANY) {
      const some = ids.slice(at, at + MANY)
      const sql = some.length === 1 ? table.select : table.selectMany
      // A list that is too short is filled with what it holds already: so there is one statement for all lengths.
      const filled = some.length === 1 ? some : [...some, ...Array<string>(MANY - some.length).fill(some[0]!)]
      yield* this.#db.sql(sql).all(tenant, ...filled) as unknown as Row[]
    }
  }

  async put(
    tenant: string,
    collection: string,
    id: string,
    doc: Doc | 'deleted',
    position: Position,
    expected: 'none' | Position,
  ): Promise<PutOutcome> {
    return (await this.write([{ tenant, collection, id, doc, position, expected }])).puts[0]!
  }

  write(puts: readonly Put[], checkpoint?: CheckpointWrite): Promise<Written> {
    return this.#ask<Written>(() => {
      if (this.#readonly) throw readOnly()
      const rows = puts.map((put) => this.#row(put))
      if (checkpoint === undefined) return this.#db.transaction(() => ({ puts: rows.map((row) => this.#write(row)) }))
      try {
        return this.#db.transaction(() => this.#writeWith(checkpoint, rows))
      } catch (error) {
        if (error instanceof Lost) return { puts: puts.map(() => 'lost'), checkpoint: 'lost' }
        throw error
      }
    })
  }

  /** Within a transaction, which {@link Lost} takes back. */
  #writeWith({ name, value, expected }: CheckpointWrite, rows: readonly Change[]): Written {
    const standing = this.#db.sql('SELECT version FROM checkpoints WHERE name = ?').get(name)?.['version']
    if (standing !== (expected === 'none' ? undefined : expected)) throw new Lost()
    const outcomes = rows.map((row) => this.#write(row))
    if (outcomes.includes('lost')) throw new Lost()
    reach('betweenDocumentAndCheckpoint')
    const version = randomUUID()
    this.#db
      .sql('INSERT OR REPLACE INTO checkpoints (name, value, version) VALUES (?, ?, ?)')
      .run(name, JSON.stringify(value), version)
    return { puts: outcomes, checkpoint: { version } }
  }

  find(tenant: string, collection: string, query: Query): Promise<readonly Found[]> {
    return this.#ask(() => {
      const table = this.#table(tenant, collection)
      const found: Row[] = []
      for (const { sql, values } of selects(table, tenant, query)) {
        if (found.length < query.limit)
          found.push(...(this.#db.sql(sql).all(...values, query.limit - found.length) as unknown as Row[]))
      }
      return found.map(({ id, position, body }) => ({
        id,
        position,
        doc: parseStored<Doc>(String(body), { collection, tenant, id }),
      }))
    })
  }

  checkpoint(name: string): Promise<Checkpoint | undefined> {
    return this.#ask(() => {
      const row = this.#db.sql('SELECT value, version FROM checkpoints WHERE name = ?').get(name) as
        { value: string; version: string } | undefined
      return row && { value: parseStored<Doc>(row.value, { checkpoint: name }), version: row.version }
    })
  }

  async *scan(
    collection: string,
  ): AsyncGenerator<{ tenant: string; id: string; position: Position; text: string | undefined }, void, undefined> {
    const { name } = await this.#ask(() => this.#collections.get(collection))
    const page = `SELECT tenant, id, position, body FROM ${name} WHERE (tenant, id) > (?, ?) ORDER BY tenant, id LIMIT 500`
    let last: readonly [string, string] | undefined = ['', '']
    while (last !== undefined) {
      const after: readonly [string, string] = last
      const rows: Row[] = await this.#ask(() => this.#db.sql(page).all(...after) as unknown as Row[])
      for (const row of rows)
        yield { tenant: row.tenant, id: row.id, position: row.position, text: row.body ?? undefined }
      const end = rows.at(-1)
      last = end && [end.tenant, end.id]
    }
  }

  collections(): Promise<readonly string[]> {
    return this.#ask(() => this.#collections.names())
  }

  drop(collection: string): Promise<void> {
    return this.#ask(() => {
      if (this.#readonly) throw readOnly()
      this.#collections.drop(collection)
    })
  }

  async close(): Promise<void> {
    this.#db.close()
  }

  #table(tenant: string, collection: string): Table {
    validTenant(tenant)
    return this.#collections.get(collection)
  }

  #row({ tenant, collection, id, doc, position, expected }: Put): Change {
    const table = this.#table(tenant, collection)
    validId(id)
    return {
      table,
      tenant,
      id,
      position,
      expected,
      body: doc === 'deleted' ? null : JSON.stringify(doc),
      keys: table.keys(doc),
    }
  }

  #write({ table, tenant, id, position, expected, body, keys }: Change): PutOutcome {
    const all = [position, body, body === null ? 0 : 1, ...keys, tenant, id]
    const changed = (sql: string, values: readonly (Key | null)[]): boolean =>
      this.#db.sql(sql).run(...values).changes === 1
    const written =
      expected === 'none'
        ? changed(table.insert, all)
        : (body !== null && changed(table.updateBody, [position, body, tenant, id, expected, ...keys])) ||
          changed(table.update, [...all, expected])
    return written ? 'written' : 'lost'
  }

  async #ask<T>(question: () => T): Promise<T> {
    try {
      this.#db.check()
      return question()
    } catch (error) {
      throw portError(error)
    }
  }
}

/** The checkpoint, or a put beside it, met something else than it expected. */
class Lost extends Error {}

const readOnly = (): Unavailable => new Unavailable('The data folder is open for reading only.')
