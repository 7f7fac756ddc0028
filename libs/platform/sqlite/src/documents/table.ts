import { InvalidQuery } from '@rapport/events'
import type { Doc, Index, IndexField } from '@rapport/events'

export type Key = string | number
/** A declared field and the column that repeats its value. */
export interface Column {
  readonly name: string
  readonly field: string
  readonly type: IndexField['type']
}

/** A declared collection as a table `d<number>`: the document's text and a column for each declared field. */
export class Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly #indexes: readonly Index[]

  constructor(id: number, indexes: readonly Index[]) {
    this.name = `d${id}`
    this.#indexes = indexes
    const types = new Map<string, IndexField['type']>()
    for (const { field, type } of indexes.flat()) {
      if (type !== 'string' && type !== 'number') throw new InvalidQuery('An index is of strings or numbers.', { field })
      if ((types.get(field) ?? type) !== type) throw new InvalidQuery('One field has two types.', { field })
      types.set(field, type)
    }
    this.columns = [...types].map(([field, type], n) => ({ name: `f${n}`, field, type }))
  }

  /** The statements that make it. Tombstones stand in no index, for `find` never gives them. */
  create(): string {
    const columns = this.columns.map(({ name, type }) => `${name} ${type === 'string' ? 'TEXT' : 'REAL'},`).join(' ')
    const indexes = this.#indexes.map((index, n) => {
      const fields = index.map(({ field }) => this.column(field).name)
      return `CREATE INDEX ${this.name}_${n} ON ${this.name} (${['tenant', ...fields, 'id'].join(', ')}) WHERE body IS NOT NULL;`
    })
    return `CREATE TABLE ${this.name} (tenant TEXT NOT NULL, id TEXT NOT NULL, position TEXT NOT NULL, ${columns} body TEXT,
      PRIMARY KEY (tenant, id)) WITHOUT ROWID, STRICT; ${indexes.join(' ')}`
  }

  get insert(): string {
    const columns = ['position', 'body', ...this.columns.map(({ name }) => name), 'tenant', 'id']
    return `INSERT INTO ${this.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`
  }

  get update(): string {
    const set = ['position', 'body', ...this.columns.map(({ name }) => name)].map(name => `${name} = ?`)
    return `UPDATE ${this.name} SET ${set.join(', ')} WHERE tenant = ? AND id = ? AND position = ?`
  }

  get select(): string {
    return `SELECT position, body FROM ${this.name} WHERE tenant = ? AND id = ?`
  }

  column(field: string): Column {
    const column = this.columns.find(each => each.field === field)
    if (column === undefined) throw new InvalidQuery('The field is not declared.', { field })
    return column
  }

  /** The values of the declared fields, null where absent. */
  keys(doc: Doc | 'deleted'): (Key | null)[] {
    return this.columns.map(column => {
      const value = doc !== 'deleted' && Object.hasOwn(doc, column.field) ? doc[column.field] : undefined
      return value === undefined ? null : keyOf(column, value)
    })
  }
}

/** The value if it is of the column's type; a lone surrogate has no UTF-8 to be compared by. */
export function keyOf({ field, type }: Column, value: unknown): Key {
  if (type === 'number' && typeof value === 'number' && Number.isFinite(value)) return value
  if (type === 'string' && typeof value === 'string' && value.isWellFormed()) return value
  throw new InvalidQuery(`The field is declared as a ${type}.`, { field })
}
