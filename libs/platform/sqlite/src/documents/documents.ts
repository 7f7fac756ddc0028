import { setImmediate } from 'node:timers/promises'
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
import type { Database } from '../database.ts'
import { parseStored, portError } from '../failure.ts'
import { Collections } from './collections.ts'
import { selects } from './find.ts'
import { MANY } from './table.ts'
import type { Table } from './table.ts'
import { Writes } from './writes.ts'
import type { Change, Written } from './writes.ts'

interface Row {
  readonly tenant: string
  readonly id: string
  readonly position: Position
  readonly body: string | null
}

/** Read models in one SQLite file: a table per collection, a column per declared field, checkpoint and effect in one transaction. */
export class SqliteDocuments implements Documents {
  readonly #db: Database
  readonly #readonly: boolean
  readonly #collections: Collections
  readonly #writes: Writes

  constructor(db: Database, { readonly = false }: { readonly readonly?: boolean } = {}) {
    this.#db = db
    this.#readonly = readonly
    this.#collections = new Collections(db)
    this.#writes = new Writes(db)
  }

  declare(collection: Collection, indexes: 'now' | 'later' = 'now'): Promise<void> {
    return this.#ask(() => {
      if (this.#collections.stands(collection)) return
      if (this.#readonly) throw readOnly()
      this.#collections.make(collection, indexes)
    })
  }

  index(collection: string): Promise<void> {
    return this.#ask(async () => {
      for (;;) {
        const [next] = this.#collections.missing(collection)
        if (next === undefined) return
        if (this.#readonly) throw readOnly()
        this.#db.transaction(() => this.#db.raw.exec(next))
        // Each takes its time; whoever waits in this process has a turn in between.
        await setImmediate()
      }
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
      return this.#writes.add(rows, checkpoint)
    })
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
      this.#writes.settle()
      this.#collections.drop(collection)
    })
  }

  async close(): Promise<void> {
    this.#writes.settle()
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

  async #ask<T>(question: () => T | Promise<T>): Promise<T> {
    try {
      this.#db.check()
      return await question()
    } catch (error) {
      throw portError(error, this.#db.path)
    }
  }
}

const readOnly = (): Unavailable => new Unavailable('The data folder is open for reading only.')
