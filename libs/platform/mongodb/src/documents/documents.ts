import { Unavailable, validId } from '@rapport/events'
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
import { connect } from '../connection.ts'
import type { Database, MongoOptions } from '../connection.ts'
import { reach } from '../crash.ts'
import { Entries } from '../entries.ts'
import { asked, parseStored, storable } from '../failure.ts'
import { idOf, namesOf, textOf } from '../names.ts'
import { Collections } from './collections.ts'
import { requests } from './find.ts'
import type { Row, Table } from './table.ts'
import { writeAll } from './write.ts'
import type { Change } from './write.ts'

type Written = Awaited<ReturnType<Documents['write']>>
const PAGE = 500

/** Read models in a database of their own, which a rebuild from the events brings back: documents first, the checkpoint after. */
export async function openDocuments(options: MongoOptions): Promise<Documents> {
  return new MongoDocuments(await connect(options, 'documents'))
}

class MongoDocuments implements Documents {
  readonly #database: Database
  readonly #checkpoints: Entries
  readonly #collections: Collections

  constructor(database: Database) {
    this.#database = database
    this.#checkpoints = new Entries(database, 'checkpoints')
    this.#collections = new Collections(database, this.#checkpoints)
  }

  /** With its indexes in every case: without one, MongoDB refuses to sort what is more than 100 MB. */
  declare(collection: Collection): Promise<void> {
    return asked(() => this.#collections.declare(collection))
  }

  index(collection: string): Promise<void> {
    return asked(async () => void (await this.#collections.get(collection)))
  }

  async get(tenant: string, collection: string, id: string): Promise<Held | undefined> {
    return (await this.getMany(tenant, collection, [id]))[0]
  }

  getMany(tenant: string, collection: string, ids: readonly string[]): Promise<readonly (Held | undefined)[]> {
    return asked(async () => {
      idOf(tenant, '')
      const names = ids.map((id) => idOf(tenant, id))
      const ask = async (table: Table): Promise<readonly (Stored | undefined)[]> => {
        const found = await table.byId(names, 'text', 'position')
        return names.map((name) => found.get(name))
      }
      const rows = await this.#sure(collection, ask, (found) => !found.includes(undefined))
      return rows.map((row, n) => row && heldIn(names[n]!, row, collection))
    })
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
    return asked<Written>(async () => {
      const changes: Change[] = []
      for (const put of puts) changes.push(await this.#change(put))
      const outcomes = await writeAll(this.#database.patience, changes)
      for (const table of new Set(changes.map((change) => change.table)))
        if (!(await this.#collections.stands(table)))
          throw new Unavailable('The collection was dropped meanwhile.', { collection: table.name })
      if (checkpoint === undefined) return { puts: outcomes }
      if (outcomes.includes('lost')) return { puts: outcomes, checkpoint: 'lost' }
      reach('betweenDocumentAndCheckpoint')
      const { name, value, expected } = checkpoint
      const version = await this.#checkpoints.set(name, storable(value), expected)
      return { puts: outcomes, checkpoint: version === undefined ? 'lost' : { version } }
    })
  }

  find(tenant: string, collection: string, query: Query): Promise<readonly Found[]> {
    return asked(async () => {
      idOf(tenant, '')
      const ask = async (table: Table): Promise<readonly Row[]> => {
        // By id: what changes its key between two requests is given once.
        const found = new Map<string, Row>()
        for (const { filter, sort } of requests(table, tenant, query)) {
          const left = query.limit - found.size
          if (left === 0) break
          const rows = await table.rows
            .find(filter, { projection: { text: 1, position: 1 } })
            .sort(sort)
            .limit(left)
            .toArray()
          for (const row of rows) if (!found.has(row._id)) found.set(row._id, row)
        }
        return [...found.values()]
      }
      const rows = await this.#sure(collection, ask, (found) => found.length > 0)
      return rows.map((row) => {
        const { doc, position } = heldIn(row._id, row, collection)
        return { id: namesOf(row._id).name, doc: doc as Doc, position }
      })
    })
  }

  checkpoint(name: string): Promise<Checkpoint | undefined> {
    return asked(async () => {
      const entry = await this.#checkpoints.get(name)
      return entry && { value: parseStored<Doc>(entry.text, { checkpoint: name }), version: entry.version }
    })
  }

  async *scan(
    collection: string,
  ): AsyncGenerator<{ tenant: string; id: string; position: Position; text: string | undefined }, void, undefined> {
    const table = await asked(() => this.#collections.get(collection))
    let last = ''
    for (;;) {
      const after = last
      const rows = await asked(() =>
        table.rows
          .find({ _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(PAGE)
          .toArray(),
      )
      for (const { _id, position, text } of rows) {
        const { tenant, name } = namesOf(_id)
        yield { tenant, id: name, position, text }
      }
      if (rows.length < PAGE) break
      last = rows.at(-1)!._id
    }
    if (!(await asked(() => this.#collections.stands(table))))
      throw new Unavailable('The collection was dropped meanwhile.', { collection })
  }

  collections(): Promise<readonly string[]> {
    return asked(() => this.#collections.names())
  }

  drop(collection: string): Promise<void> {
    return asked(() => this.#collections.drop(collection))
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  /** What found nothing may have looked into a collection that another process dropped: then it looks again. */
  async #sure<T>(collection: string, ask: (table: Table) => Promise<T>, whole: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const table = await this.#collections.get(collection)
      const answer = await ask(table)
      if (whole(answer) || (await this.#collections.stands(table))) return answer
    }
  }

  async #change({ tenant, collection, id, doc, position, expected }: Put): Promise<Change> {
    validId(id)
    const _id = idOf(tenant, id)
    textOf(position)
    textOf(expected)
    const table = await this.#collections.get(collection)
    if (doc === 'deleted') return { table, row: { _id, position }, expected }
    return { table, row: { _id, tenant, position, text: storable(doc), ...table.columns(doc) }, expected }
  }
}

type Stored = Pick<Row, 'text' | 'position'>
const heldIn = (_id: string, { text, position }: Stored, collection: string): Held => ({
  doc: text === undefined ? 'deleted' : parseStored<Doc>(text, { collection, id: _id }),
  position,
})
