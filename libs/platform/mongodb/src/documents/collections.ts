import { randomUUID } from 'node:crypto'
import { declaredFields, InvalidQuery } from '@rapport/events'
import type { Collection, Index } from '@rapport/events'
import type { Collection as Stored, Database } from '../connection.ts'
import type { Entries } from '../entries.ts'
import { parseStored } from '../failure.ts'
import { textOf } from '../names.ts'
import { again } from '../settle.ts'
import { Table } from './table.ts'

interface Row {
  readonly _id: string
  readonly indexes: string
  readonly stored: string
}
/** What MongoDB can index: 64 indexes a collection with the one of _id, 32 fields an index with tenant and _id. */
const INDEXES = 63
const FIELDS = 30
const ROWS = 'd-'

/**
 * The declared collections, in a catalogue. Rows stand in a collection of MongoDB with a random name: a process that slept through a drop
 * may still write there, which brings a collection back in MongoDB, but never into what was declared anew under the old name.
 */
export class Collections {
  readonly #database: Database
  readonly #catalogue: Stored<Row>
  readonly #checkpoints: Entries
  readonly #tables = new Map<string, Table>()

  constructor(database: Database, checkpoints: Entries) {
    this.#database = database
    this.#catalogue = database.collection('collections')
    this.#checkpoints = checkpoints
  }

  async declare({ name, indexes }: Collection): Promise<void> {
    textOf(name)
    declaredFields(indexes)
    if (indexes.length > INDEXES || indexes.some((index) => index.length > FIELDS))
      throw new InvalidQuery(`more than ${INDEXES} indexes, or ${FIELDS} fields in one`, { collection: name })
    const text = JSON.stringify(indexes.map((index) => index.map(({ field, type }) => ({ field, type }))))
    await again(this.#database.patience, async () => {
      const row = await this.#catalogue.findOne({ _id: name })
      if (row !== null && row.indexes !== text)
        throw new InvalidQuery('declared with other indexes', { collection: name })
      if (row === null) {
        // What a drop left that was cut off in its middle.
        await this.#checkpoints.forget(name)
        await this.#catalogue.insertOne({ _id: name, indexes: text, stored: `${ROWS}${randomUUID()}` })
        return undefined
      }
      const table = this.#tableOf(row)
      await table.index()
      this.#tables.set(name, table)
      return table
    })
  }

  /** As this process knows it; see {@link stands}. */
  async get(name: string): Promise<Table> {
    const known = this.#tables.get(name)
    if (known !== undefined) return known
    const row = await this.#catalogue.findOne({ _id: textOf(name) })
    if (row === null) throw new InvalidQuery('not a declared collection', { collection: name })
    const table = this.#tableOf(row)
    this.#tables.set(name, table)
    return table
  }

  /** Whether the collection is still the one that this process knows: another process may have dropped it. */
  async stands({ name, stored }: Table): Promise<boolean> {
    const row = await this.#catalogue.findOne({ _id: name })
    if (row?.stored === stored) return true
    this.#tables.delete(name)
    return false
  }

  async names(): Promise<readonly string[]> {
    const rows = await this.#catalogue
      .find({}, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .toArray()
    return rows.map(({ _id }) => _id)
  }

  /** Takes it out of the catalogue first: from then on it is gone for everybody. Then whatever stands in no catalogue is deleted. */
  async drop(name: string): Promise<void> {
    this.#tables.delete(name)
    await this.#catalogue.deleteOne({ _id: textOf(name) })
    await this.#checkpoints.forget(name)
    // In this order: what is declared meanwhile stands in the catalogue before it has rows.
    const there = (await this.#database.names()).filter((each) => each.startsWith(ROWS))
    const known = new Set((await this.#catalogue.find().toArray()).map(({ stored }) => stored))
    for (const stored of there) if (!known.has(stored)) await this.#database.drop(stored)
  }

  #tableOf({ _id, indexes, stored }: Row): Table {
    return new Table(this.#database, _id, stored, parseStored<Index[]>(indexes, { collection: _id }))
  }
}
