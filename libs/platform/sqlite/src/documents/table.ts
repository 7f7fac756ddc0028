import { declaredFields, keysOf, validQuery } from '@rapport/events'
import type { Declared, Doc, Index, IndexField, Query } from '@rapport/events'

export type Key = string | number
/** A declared field and the column that repeats its value. */
export interface Column {
  readonly name: string
  readonly field: string
  readonly type: IndexField['type']
}

/** Documents that are read with one statement. */
export const MANY = 32

/** A declared collection as a table `d<number>`: the document's text and a column for each declared field. */
export class Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly #indexes: readonly Index[]
  readonly #declared: Declared
  /** Takes position, body, live, keys, tenant, id; no row changes when one stands. */
  readonly insert: string
  /** Takes position, body, live, keys, tenant, id and the position expected. */
  readonly update: string
  /** Takes position, body, tenant, id, the position expected and the keys; no row changes unless the keys are the same. */
  readonly updateBody: string
  /** Takes tenant and id. */
  readonly select: string
  /** Takes tenant and {@link MANY} ids; gives the rows that stand, in any order. */
  readonly selectMany: string

  constructor(id: number, indexes: readonly Index[]) {
    this.name = `d${id}`
    this.#indexes = indexes
    this.#declared = declaredFields(indexes)
    this.columns = [...this.#declared].map(([field, type], n) => ({ name: `f${n}`, field, type }))
    const names = this.columns.map(({ name }) => name)
    const written = ['position', 'body', 'live', ...names]
    const all = [...written, 'tenant', 'id']
    const where = 'WHERE tenant = ? AND id = ?'
    this.select = `SELECT id, position, body FROM ${this.name} ${where}`
    this.selectMany = `SELECT id, position, body FROM ${this.name} WHERE tenant = ? AND id IN (${Array(MANY).fill('?').join(', ')})`
    this.insert = `INSERT INTO ${this.name} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`
    this.update = `UPDATE ${this.name} SET ${written.map((name) => `${name} = ?`).join(', ')} ${where} AND position = ?`
    this.updateBody = `UPDATE ${this.name} SET position = ?, body = ? ${where} AND position = ? AND live = 1${names.map((name) => ` AND ${name} IS ?`).join('')}`
  }

  /**
   * The statement that makes it. Rows lie in the order they came, so that ids without order touch only the small indexes;
   * `live` says apart from `body` which are tombstones, so that a change of the body alone leaves the indexes untouched.
   */
  create(): string {
    const columns = this.columns.map(({ name, type }) => `${name} ${type === 'string' ? 'TEXT' : 'REAL'},`).join(' ')
    return `CREATE TABLE ${this.name} (n INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL, position TEXT NOT NULL,
      live INTEGER NOT NULL, ${columns} body TEXT, UNIQUE (tenant, id)) STRICT`
  }

  /** The statements that make its indexes of fields. Tombstones stand in none, for `find` never gives them. */
  get indexes(): readonly { readonly name: string; readonly sql: string }[] {
    return this.#indexes.map((index, n) => {
      const name = `${this.name}_${n}`
      const fields = index.map(({ field }) => this.column(field).name)
      const columns = ['tenant', ...fields, 'id'].join(', ')
      return { name, sql: `CREATE INDEX ${name} ON ${this.name} (${columns}) WHERE live = 1` }
    })
  }

  /** The column of a field that {@link check} has let through. */
  column(field: string): Column {
    return this.columns.find((each) => each.field === field)!
  }

  /** Throws what `find` throws for a query that it does not promise to understand. */
  check(query: Query): void {
    validQuery(this.#declared, query)
  }

  /** The values of the declared fields, null where absent. */
  keys(doc: Doc | 'deleted'): (Key | null)[] {
    const keys = doc === 'deleted' ? undefined : keysOf(this.#declared, doc)
    return this.columns.map(({ field }) => keys?.get(field) ?? null)
  }
}
