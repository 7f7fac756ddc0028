import { randomBytes } from 'node:crypto'
import {
  commitmentOf,
  InvalidQuery,
  isOfKey,
  isOfRecord,
  KeysDiffer,
  kidPattern,
  sameSecrets,
  unwrap,
  validAdopted,
  wrap,
} from '@rapport/events'
import type { Adopted, Destruction, Keys, KeyState, TenantSecrets } from '@rapport/events'
import type { Database } from '../database.ts'
import { portError } from '../failure.ts'

interface TenantRow {
  readonly wrap_key: Uint8Array
  readonly id_key: Uint8Array | null
  readonly salt_key: Uint8Array | null
}
interface KeyRow {
  readonly kid: string
  readonly wrapped: Uint8Array | null
  readonly commitment: string | null
  readonly destroyed: string | null
}

/** Tenant secrets and subject keys in a file of their own; on the laptop the wrapping key stands beside what it wraps. */
export class SqliteKeys implements Keys {
  readonly #db: Database
  readonly #random: (size: number) => Uint8Array

  constructor(db: Database, random: (size: number) => Uint8Array = randomBytes) {
    this.#db = db
    this.#random = random
  }

  secrets(tenant: string, make: boolean): Promise<TenantSecrets | undefined> {
    return this.#ask(() => {
      check(tenant)
      const row = this.#tenant(tenant)
      const standing = row && secretsOf(tenant, row)
      if (standing !== undefined || !make) return standing
      return this.#db.transaction(() => {
        const wrapKey = this.#wrapKey(tenant)
        const made = { idKey: new Uint8Array(this.#random(32)), saltKey: new Uint8Array(this.#random(32)) }
        this.#setSecrets(tenant, wrapKey, made)
        return made
      })
    })
  }

  create(tenant: string, kid: string): Promise<Exclude<KeyState, { state: 'absent' }>> {
    return this.#ask(() => {
      check(tenant, kid)
      const standing = this.#state(tenant, kid)
      if (standing.state !== 'absent') return standing
      return this.#db.transaction(() => {
        const wrapKey = this.#wrapKey(tenant)
        const key = new Uint8Array(this.#random(32))
        this.#insert(tenant, kid, wrap(wrapKey, key, [tenant, kid]))
        return { state: 'live', key }
      })
    })
  }

  get(tenant: string, kid: string): Promise<KeyState> {
    return this.#ask(() => {
      check(tenant, kid)
      return this.#state(tenant, kid)
    })
  }

  destroy(tenant: string, kid: string, at: string): Promise<Destruction> {
    return this.#ask(() => {
      check(tenant, kid)
      const standing = this.#state(tenant, kid)
      if (standing.state === 'destroyed') return standing.destruction
      const commitment = commitmentOf(standing.state === 'live' ? standing.key : this.#random(32))
      const destruction: Destruction = { kid, commitment, destroyedAt: at }
      this.#db.transaction(() => {
        this.#wrapKey(tenant)
        this.#destroy(tenant, destruction)
      })
      return destruction
    })
  }

  adopt(tenant: string, adopted: Adopted): Promise<void> {
    return this.#ask(() => {
      validAdopted(tenant, adopted)
      // All or nothing: a key that differs leaves no trace of the others.
      this.#db.transaction(() => this.#adopt(tenant, adopted))
    })
  }

  rotate(tenant: string): Promise<void> {
    return this.#ask(() =>
      this.#db.transaction(() => {
        check(tenant)
        const row = this.#tenant(tenant)
        if (row === undefined) return
        const next = new Uint8Array(this.#random(32))
        const again = (wrapped: Uint8Array | null, name: string): Uint8Array | null =>
          wrapped && wrap(next, unwrap(row.wrap_key, wrapped, [tenant, name]), [tenant, name])
        for (const key of this.#keys(tenant)) {
          if (key.wrapped === null) continue
          this.#db
            .sql('UPDATE keys SET wrapped = ? WHERE tenant = ? AND kid = ?')
            .run(again(key.wrapped, key.kid), tenant, key.kid)
        }
        this.#db
          .sql('UPDATE tenants SET wrap_key = ?, id_key = ?, salt_key = ? WHERE name = ?')
          .run(next, again(row.id_key, 'idKey'), again(row.salt_key, 'saltKey'), tenant)
      }),
    )
  }

  tenants(): Promise<readonly string[]> {
    return this.#ask(() =>
      this.#db
        .sql('SELECT name FROM tenants ORDER BY name')
        .all()
        .map((each) => String(each['name'])),
    )
  }

  list(tenant: string): Promise<readonly { readonly kid: string; readonly state: 'live' | 'destroyed' }[]> {
    return this.#ask(() => {
      check(tenant)
      return this.#keys(tenant).map(({ kid, wrapped }) => ({ kid, state: wrapped === null ? 'destroyed' : 'live' }))
    })
  }

  async close(): Promise<void> {
    this.#db.close()
  }

  #adopt(tenant: string, { secrets, live, destroyed }: Adopted): void {
    const wrapKey = this.#wrapKey(tenant)
    if (secrets !== undefined) {
      const standing = secretsOf(tenant, this.#tenant(tenant)!)
      if (standing === undefined) this.#setSecrets(tenant, wrapKey, secrets)
      else if (!sameSecrets(standing, secrets)) throw new KeysDiffer(tenant)
    }
    for (const { kid, key } of live) {
      const standing = this.#state(tenant, kid)
      if (standing.state === 'absent') this.#insert(tenant, kid, wrap(wrapKey, key, [tenant, kid]))
      else if (!isOfKey(standing, kid, key)) throw new KeysDiffer(tenant, kid)
    }
    for (const record of destroyed) {
      const standing = this.#state(tenant, record.kid)
      if (standing.state !== 'absent' && !isOfRecord(standing, record)) throw new KeysDiffer(tenant, record.kid)
      if (standing.state !== 'destroyed') this.#destroy(tenant, record)
    }
  }

  #insert(tenant: string, kid: string, wrapped: Uint8Array): void {
    this.#db.sql('INSERT INTO keys (tenant, kid, wrapped) VALUES (?, ?, ?)').run(tenant, kid, wrapped)
  }

  #setSecrets(tenant: string, wrapKey: Uint8Array, { idKey, saltKey }: TenantSecrets): void {
    this.#db
      .sql('UPDATE tenants SET id_key = ?, salt_key = ? WHERE name = ?')
      .run(wrap(wrapKey, idKey, [tenant, 'idKey']), wrap(wrapKey, saltKey, [tenant, 'saltKey']), tenant)
  }

  #destroy(tenant: string, { kid, commitment, destroyedAt }: Destruction): void {
    // The same number of bytes is written over the old ones in place, then the cell is dropped and cleared.
    this.#db.sql('UPDATE keys SET wrapped = randomblob(length(wrapped)) WHERE tenant = ? AND kid = ?').run(tenant, kid)
    this.#db
      .sql(
        `INSERT INTO keys (tenant, kid, commitment, destroyed) VALUES (?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET wrapped = NULL, commitment = excluded.commitment, destroyed = excluded.destroyed`,
      )
      .run(tenant, kid, commitment, destroyedAt)
  }

  #tenant(tenant: string): TenantRow | undefined {
    return this.#db.sql('SELECT wrap_key, id_key, salt_key FROM tenants WHERE name = ?').get(tenant) as
      TenantRow | undefined
  }

  #keys(tenant: string): KeyRow[] {
    return this.#db
      .sql('SELECT kid, wrapped, commitment, destroyed FROM keys WHERE tenant = ? ORDER BY kid')
      .all(tenant) as unknown as KeyRow[]
  }

  #state(tenant: string, kid: string): KeyState {
    const row = this.#db
      .sql('SELECT kid, wrapped, commitment, destroyed FROM keys WHERE tenant = ? AND kid = ?')
      .get(tenant, kid) as KeyRow | undefined
    if (row === undefined) return { state: 'absent' }
    if (row.wrapped !== null)
      return { state: 'live', key: unwrap(this.#tenant(tenant)!.wrap_key, row.wrapped, [tenant, kid]) }
    return { state: 'destroyed', destruction: { kid, commitment: row.commitment!, destroyedAt: row.destroyed! } }
  }

  /** Within a transaction: the tenant's wrapping key, made where there was none. */
  #wrapKey(tenant: string): Uint8Array {
    this.#db
      .sql('INSERT INTO tenants (name, wrap_key) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(tenant, this.#random(32))
    return this.#tenant(tenant)!.wrap_key
  }

  async #ask<T>(question: () => T): Promise<T> {
    try {
      this.#db.check()
      return question()
    } catch (error) {
      throw portError(error, this.#db.path)
    }
  }
}

const secretsOf = (tenant: string, { wrap_key, id_key, salt_key }: TenantRow): TenantSecrets | undefined =>
  id_key && salt_key
    ? {
        idKey: unwrap(wrap_key, id_key, [tenant, 'idKey']),
        saltKey: unwrap(wrap_key, salt_key, [tenant, 'saltKey']),
      }
    : undefined

function check(tenant: string, kid?: string): void {
  if (typeof tenant !== 'string' || tenant === '') throw new InvalidQuery('no tenant')
  if (kid !== undefined && !kidPattern.test(kid)) throw new InvalidQuery('malformed kid', { kid })
}
