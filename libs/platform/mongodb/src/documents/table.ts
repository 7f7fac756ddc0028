import { declaredFields, keysOf } from '@rapport/events'
import type { Declared, Doc, Index, Position } from '@rapport/events'
import type { Collection, Database } from '../connection.ts'

export type Key = string | number
/** A document as it is stored: its text beside the declared fields `f0`, `f1`, …, so that no name in it is ever taken for an operator. */
export interface Row {
  readonly _id: string
  /** Absent in a tombstone, which so stands in no answer of `find`. */
  readonly tenant?: string
  readonly text?: string
  readonly position: Position
  /** Names the write that left it. */
  readonly write: string
  readonly [field: `f${number}`]: Key
}

/** Ids asked for at once. */
const MANY = 250

/** A declared collection and the collection of MongoDB that holds it, whose name no other generation ever has. */
export class Table {
  readonly name: string
  readonly stored: string
  readonly rows: Collection<Row>
  readonly declared: Declared
  readonly #columns: ReadonlyMap<string, `f${number}`>
  readonly #indexes: readonly Index[]

  constructor(database: Database, name: string, stored: string, indexes: readonly Index[]) {
    this.name = name
    this.stored = stored
    this.rows = database.collection(stored)
    this.declared = declaredFields(indexes)
    this.#columns = new Map([...this.declared.keys()].map((field, n) => [field, `f${n}`]))
    this.#indexes = indexes
  }

  /** Makes its indexes where they are not: the tenant first, the id last. */
  async index(): Promise<void> {
    const keys = new Map(
      this.#indexes.map((index) => {
        const fields = index.map(({ field }) => this.column(field))
        return [fields.join('_'), Object.fromEntries(['tenant', ...fields, '_id'].map((each) => [each, 1 as const]))]
      }),
    )
    if (keys.size > 0) await this.rows.createIndexes([...keys].map(([name, key]) => ({ name: `by_${name}`, key })))
  }

  /** The rows that stand under these ids, by id; of each the fields named. */
  async byId<F extends keyof Row>(
    ids: readonly string[],
    ...fields: readonly F[]
  ): Promise<ReadonlyMap<string, Pick<Row, F>>> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1 as const]))
    const found = new Map<string, Pick<Row, F>>()
    for (let at = 0; at < ids.length; at += MANY) {
      const rows = this.rows.find({ _id: { $in: ids.slice(at, at + MANY) } }, { projection })
      for (const row of await rows.toArray()) found.set(row._id, row)
    }
    return found
  }

  /** Where a declared field stands in a row. */
  column(field: string): `f${number}` {
    return this.#columns.get(field)!
  }

  /** The columns of a document; throws for a value of another type than declared. */
  columns(doc: Doc): Readonly<Record<`f${number}`, Key>> {
    return Object.fromEntries([...keysOf(this.declared, doc)].map(([field, key]) => [this.column(field), key]))
  }
}
