import { InvalidQuery } from '../errors.ts'
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
} from '../ports.ts'
import { compareKeys, declaredFields, keysOf, meets, validId, validQuery, validTenant } from '../query.ts'
import type { Declared, IndexKeys } from '../query.ts'
import { compareUtf8 } from './utf8.ts'

interface Row {
  /** The document as JSON; undefined for a tombstone. A text, so that no caller holds what is stored. */
  readonly text: string | undefined
  readonly position: Position
  readonly keys: IndexKeys
}
interface Kept {
  readonly indexes: string
  readonly declared: Declared
  readonly tenants: Map<string, Map<string, Row>>
}
/** What outlives an instance. */
export interface MemoryDocumentsData {
  readonly collections: Map<string, Kept>
  readonly checkpoints: Map<string, { readonly text: string; readonly version: string }>
  versions: number
}
export const memoryDocumentsData = (): MemoryDocumentsData => ({
  collections: new Map(),
  checkpoints: new Map(),
  versions: 0,
})

/** {@link Documents} in memory: for tests, and for the temporary collections of an as-of query. `find` scans the tenant's entries. */
export class MemoryDocuments implements Documents {
  readonly data: MemoryDocumentsData

  constructor(options: { readonly data?: MemoryDocumentsData } = {}) {
    this.data = options.data ?? memoryDocumentsData()
  }

  async declare({ name, indexes }: Collection): Promise<void> {
    const standing = this.data.collections.get(name)
    const text = JSON.stringify(indexes.map((index) => index.map(({ field, type }) => [field, type])))
    if (standing && standing.indexes !== text)
      throw new InvalidQuery('declared with other indexes', { collection: name })
    if (!standing)
      this.data.collections.set(name, { indexes: text, declared: declaredFields(indexes), tenants: new Map() })
  }

  async index(collection: string): Promise<void> {
    this.#kept(collection)
  }

  async get(tenant: string, collection: string, id: string): Promise<Held | undefined> {
    const row = this.#rows(tenant, collection).get(id)
    return row && held(row)
  }

  async getMany(tenant: string, collection: string, ids: readonly string[]): Promise<readonly (Held | undefined)[]> {
    const rows = this.#rows(tenant, collection)
    return ids.map((id) => rows.get(id)).map((row) => row && held(row))
  }

  async put(
    tenant: string,
    collection: string,
    id: string,
    doc: Doc | 'deleted',
    position: Position,
    expected: 'none' | Position,
  ): Promise<PutOutcome> {
    const { puts } = await this.write([{ tenant, collection, id, doc, position, expected }])
    return puts[0]!
  }

  async write(
    puts: readonly Put[],
    checkpoint?: CheckpointWrite,
  ): Promise<{ readonly puts: readonly PutOutcome[]; readonly checkpoint?: { readonly version: string } | 'lost' }> {
    const rows = puts.map((put) => this.#row(put))
    if (!checkpoint) return { puts: puts.map((put, n) => this.#put(put, rows[n]!)) }
    const { name, value, expected } = checkpoint
    const standing = this.data.checkpoints.get(name)?.version ?? 'none'
    if (standing !== expected || this.#anyLost(puts)) return { puts: puts.map(() => 'lost'), checkpoint: 'lost' }
    this.data.versions += 1
    const version = String(this.data.versions)
    this.data.checkpoints.set(name, { text: JSON.stringify(value), version })
    return { puts: puts.map((put, n) => this.#put(put, rows[n]!)), checkpoint: { version } }
  }

  #row({ tenant, collection, id, doc, position }: Put): Row {
    validId(id)
    this.#rows(tenant, collection)
    if (doc === 'deleted') return { text: undefined, position, keys: new Map() }
    return { text: JSON.stringify(doc), position, keys: keysOf(this.#kept(collection).declared, doc) }
  }

  #anyLost(puts: readonly Put[]): boolean {
    const written = new Map<string, Position>()
    return puts.some(({ tenant, collection, id, position, expected }) => {
      const key = JSON.stringify([tenant, collection, id])
      const standing = written.get(key) ?? this.#rows(tenant, collection).get(id)?.position ?? 'none'
      written.set(key, position)
      return standing !== expected
    })
  }

  #put({ tenant, collection, id, expected }: Put, row: Row): PutOutcome {
    const rows = this.#rows(tenant, collection)
    if ((rows.get(id)?.position ?? 'none') !== expected) return 'lost'
    rows.set(id, row)
    return 'written'
  }

  async find(tenant: string, collection: string, query: Query): Promise<readonly Found[]> {
    const rows = this.#rows(tenant, collection)
    validQuery(this.#kept(collection).declared, query)
    const { where = [], sort, after, limit } = query
    const keyOf = (keys: IndexKeys): string | number | undefined => (sort ? keys.get(sort.field) : undefined)
    const sign = sort?.direction === 'desc' ? -1 : 1
    const order = (a: Place, b: Place): number => sign * (compareKeys(a.key, b.key) || compareUtf8(a.id, b.id))
    return [...rows]
      .filter(([, { text, keys }]) => text !== undefined && meets(keys, where))
      .map(([id, { text, position, keys }]) => ({ id, key: keyOf(keys), text: text!, position }))
      .filter((place) => !after || order(place, { id: after.id, key: after.key }) > 0)
      .sort(order)
      .slice(0, limit)
      .map(({ id, text, position }) => ({ id, doc: JSON.parse(text) as Doc, position }))
  }

  async checkpoint(name: string): Promise<Checkpoint | undefined> {
    const standing = this.data.checkpoints.get(name)
    return standing && { value: JSON.parse(standing.text) as Doc, version: standing.version }
  }

  async *scan(collection: string): AsyncIterable<{
    readonly tenant: string
    readonly id: string
    readonly position: Position
    readonly text: string | undefined
  }> {
    const { tenants } = this.#kept(collection)
    for (const [tenant, rows] of [...tenants].sort(byName)) {
      for (const [id, { position, text }] of [...rows].sort(byName)) yield { tenant, id, position, text }
    }
  }

  async collections(): Promise<readonly string[]> {
    return [...this.data.collections.keys()].sort(compareUtf8)
  }

  async drop(collection: string): Promise<void> {
    this.data.collections.delete(collection)
    this.data.checkpoints.delete(collection)
  }

  async close(): Promise<void> {}

  #kept(collection: string): Kept {
    const kept = this.data.collections.get(collection)
    if (!kept) throw new InvalidQuery('not a declared collection', { collection })
    return kept
  }

  #rows(tenant: string, collection: string): Map<string, Row> {
    validTenant(tenant)
    const { tenants } = this.#kept(collection)
    const rows = tenants.get(tenant) ?? new Map<string, Row>()
    tenants.set(tenant, rows)
    return rows
  }
}

interface Place {
  readonly id: string
  readonly key: string | number | undefined
}
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => compareUtf8(a, b)
const held = ({ text, position }: Row): Held => ({
  doc: text === undefined ? 'deleted' : (JSON.parse(text) as Doc),
  position,
})
