import { randomUUID } from 'node:crypto'
import { InvalidQuery, Unavailable } from '@rapport/events'
import type { Json, Ops } from '@rapport/events'
import type { Database } from './database.ts'
import { parseStored, portError } from './failure.ts'
import type { Participant, Writer } from './writer.ts'

interface Entry {
  readonly value: string
  readonly version: string
}
interface Change {
  readonly tenant: string
  readonly name: string
  readonly entry: Entry | undefined
}

/** Ops in the events' file: its writes share the group commit, and one backup holds both. */
export class SqliteOps implements Ops, Participant {
  readonly #db: Database
  readonly #writer: Writer | undefined
  #changes = new Map<string, Change>()

  constructor(db: Database, writer: Writer | undefined) {
    this.#db = db
    this.#writer = writer
    writer?.join(this)
  }

  async get(tenant: string, name: string): Promise<{ readonly value: Json; readonly version: string } | undefined> {
    this.#check(tenant)
    const entry = this.#stored(tenant, name)
    return entry && { value: parseStored<Json>(entry.value, { tenant, name }), version: entry.version }
  }

  async set(
    tenant: string,
    name: string,
    value: Json | undefined,
    expected: 'none' | string,
  ): Promise<{ readonly version: string } | 'lost'> {
    const writer = this.#writer
    if (writer === undefined) throw new Unavailable('The data folder is open for reading only.')
    this.#check(tenant)
    const entry: Entry = { value: value === undefined ? '' : JSON.stringify(value), version: randomUUID() }
    return new Promise((resolve, reject) => {
      let won = false
      writer.add({
        size: 1,
        judge: () => {
          const key = JSON.stringify([tenant, name])
          const standing = this.#changes.has(key) ? this.#changes.get(key)!.entry : this.#stored(tenant, name)
          won = (standing?.version ?? 'none') === expected
          if (won) this.#changes.set(key, { tenant, name, entry: value === undefined ? undefined : entry })
        },
        settle: () => resolve(won ? { version: entry.version } : 'lost'),
        fail: reject,
      })
    })
  }

  async list(
    tenant: string,
    prefix: string,
  ): Promise<readonly { readonly name: string; readonly value: Json; readonly version: string }[]> {
    this.#check(tenant)
    try {
      // No UTF-8 text holds the byte ff: it closes the range behind everything that begins with the prefix.
      const rows = this.#db
        .sql(
          `SELECT name, value, version FROM ops WHERE tenant = ?1 AND name >= ?2
        AND name < CAST(CAST(?2 AS BLOB) || x'ff' AS TEXT) ORDER BY name`,
        )
        .all(tenant, prefix) as unknown as (Entry & { name: string })[]
      return rows.map(({ name, value, version }) => ({
        name,
        value: parseStored<Json>(value, { tenant, name }),
        version,
      }))
    } catch (error) {
      throw portError(error, this.#db.path)
    }
  }

  async close(): Promise<void> {
    this.#writer?.close()
  }

  #check(tenant: string): void {
    if (this.#writer === undefined) this.#db.check()
    else this.#writer.check()
    if (typeof tenant !== 'string' || tenant === '') throw new InvalidQuery('no tenant')
  }

  #stored(tenant: string, name: string): Entry | undefined {
    return this.#db.sql('SELECT value, version FROM ops WHERE tenant = ? AND name = ?').get(tenant, name) as
      Entry | undefined
  }

  pending(): number {
    let bytes = 0
    for (const { name, entry } of this.#changes.values()) bytes += name.length + (entry?.value.length ?? 0) + 1
    return bytes
  }

  write(): void {
    for (const { tenant, name, entry } of this.#changes.values()) {
      if (entry === undefined) this.#db.sql('DELETE FROM ops WHERE tenant = ? AND name = ?').run(tenant, name)
      else
        this.#db
          .sql('INSERT OR REPLACE INTO ops (tenant, name, value, version) VALUES (?, ?, ?, ?)')
          .run(tenant, name, entry.value, entry.version)
    }
  }

  committed(): void {
    this.#changes = new Map()
  }

  undone(): void {
    this.#changes = new Map()
  }
}
