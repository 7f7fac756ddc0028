import { randomUUID } from 'node:crypto'
import type { Collection, Database } from './connection.ts'
import { textOf } from './names.ts'
import { settle } from './settle.ts'
import type { Judgement } from './settle.ts'

interface Row {
  readonly _id: string
  /** JSON; absent where the entry was removed. The row stays, a few bytes, so that a removal can be known again like any write. */
  readonly text?: string
  readonly version: string
  /** The version that this one replaced, or `none`: who lost the answer to a write finds it here when one other has written since. */
  readonly before: string
}
export interface Entry {
  readonly id: string
  readonly text: string
  readonly version: string
}

/** Texts by name with compare-and-set on a version, which is a random UUID and so never comes again: Ops and checkpoints. */
export class Entries {
  readonly #rows: Collection<Row>
  readonly #patience: number

  constructor(database: Database, collection: string) {
    this.#rows = database.collection(collection)
    this.#patience = database.patience
  }

  async get(id: string): Promise<Entry | undefined> {
    const row = await this.#rows.findOne({ _id: textOf(id), text: { $exists: true } })
    return row === null ? undefined : entryOf(row)
  }

  /** In order of id, from one up to, but not including, another. */
  async between(from: string, to: string): Promise<readonly Entry[]> {
    const rows = await this.#rows
      .find({ _id: { $gte: from, $lt: to }, text: { $exists: true } })
      .sort({ _id: 1 })
      .toArray()
    return rows.map(entryOf)
  }

  /** Writes, or removes where `text` is undefined, if and only if the version expected stands. */
  async set(id: string, text: string | undefined, expected: 'none' | string): Promise<string | undefined> {
    const version = randomUUID()
    const row = { _id: textOf(id), ...(text !== undefined && { text }), version, before: textOf(expected) }
    const won = await settle(
      this.#patience,
      () => this.#write(row),
      () => this.#judge(id, version, expected),
    )
    return won ? version : undefined
  }

  /** Removes every trace of it. */
  async forget(id: string): Promise<void> {
    await this.#rows.deleteOne({ _id: textOf(id) })
  }

  async #write(row: Row): Promise<boolean> {
    const { _id, ...rest } = row
    const none = row.before === 'none'
    const filter = none ? { _id, text: { $exists: false } } : { _id, version: row.before, text: { $exists: true } }
    // Where an entry stands, the upsert of `none` meets its _id and fails as a duplicate.
    const { matchedCount, upsertedCount } = await this.#rows.updateOne(
      filter,
      row.text === undefined ? { $set: rest, $unset: { text: true } } : { $set: rest },
      { upsert: none },
    )
    return matchedCount + upsertedCount === 1
  }

  async #judge(id: string, version: string, expected: string): Promise<Judgement> {
    const row = await this.#rows.findOne({ _id: id })
    if (row?.version === version || row?.before === version) return 'won'
    const standing = row?.text === undefined ? 'none' : row.version
    if (standing === expected) return 'open'
    // Never there, or one write away from what we expected and not ours: another was faster.
    return row === null || row.before === expected ? 'lost' : 'unclear'
  }
}

const entryOf = ({ _id, text, version }: Row): Entry => ({ id: _id, text: text!, version })
