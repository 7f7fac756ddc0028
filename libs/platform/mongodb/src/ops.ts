import type { Json, Ops } from '@rapport/events'
import { connect } from './connection.ts'
import type { Database, MongoOptions } from './connection.ts'
import { Entries } from './entries.ts'
import { asked, parseStored, storable } from './failure.ts'
import { behind, idOf, namesOf } from './names.ts'

/** Ops in a database of its own: it holds what no rebuild brings back, so it is to be backed up with the events. */
export async function openOps(options: MongoOptions): Promise<Ops> {
  return new MongoOps(await connect(options, 'ops'))
}

class MongoOps implements Ops {
  readonly #database: Database
  readonly #entries: Entries

  constructor(database: Database) {
    this.#database = database
    this.#entries = new Entries(database, 'entries')
  }

  async get(tenant: string, name: string): Promise<{ readonly value: Json; readonly version: string } | undefined> {
    const id = idOf(tenant, name)
    const entry = await asked(() => this.#entries.get(id))
    return entry && { value: parseStored<Json>(entry.text, { tenant, name }), version: entry.version }
  }

  async set(
    tenant: string,
    name: string,
    value: Json | undefined,
    expected: 'none' | string,
  ): Promise<{ readonly version: string } | 'lost'> {
    const id = idOf(tenant, name)
    const version = await this.#entries.set(id, value === undefined ? undefined : storable(value), expected)
    return version === undefined ? 'lost' : { version }
  }

  async list(
    tenant: string,
    prefix: string,
  ): Promise<readonly { readonly name: string; readonly value: Json; readonly version: string }[]> {
    const from = idOf(tenant, prefix)
    const entries = await asked(() => this.#entries.between(from, behind(from)))
    return entries.map(({ id, text, version }) => {
      const { name } = namesOf(id)
      return { name, value: parseStored<Json>(text, { tenant, name }), version }
    })
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}
