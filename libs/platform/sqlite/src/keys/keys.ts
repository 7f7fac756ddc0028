import { randomBytes } from 'node:crypto'
import { commitmentOf, InvalidQuery, kidPattern, unwrap, wrap } from '@rapport/events'
import type { Destruction, Keys, KeyState, TenantSecrets } from '@rapport/events'
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
      if (row?.id_key && row.salt_key) {
        return {
          idKey: unwrap(row.wrap_key, row.id_key, [tenant, 'idKey']),
          saltKey: unwrap(row.wrap_key, row.salt_key, [tenant, 'saltKey']),
        }
      }
      if (!make) return undefined
      return this.#db.transaction(() => {
        const wrapKey = this.#wrapKey(tenant)
        const made = { idKey: new Uint8Array(this.#random(32)), saltKey: new Uint8Array(this.#random(32)) }
        this.#db
          .sql('UPDATE tenants SET id_key = ?, salt_key = ? WHERE name = ?')
          .run(wrap(wrapKey, made.idKey, [tenant, 'idKey']), wrap(wrapKey, made.saltKey, [tenant, 'saltKey']), tenant)
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
        this.#db
          .sql('INSERT INTO keys (tenant, kid, wrapped) VALUES (?, ?, ?)')
          .run(tenant, kid, wrap(wrapKey, key, [tenant, kid]))
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
      this.#db.transaction(() => {
        this.#wrapKey(tenant)
        // The same number of bytes is written over the old ones in place, then the cell is dropped and cleared.
        this.#db
          .sql('UPDATE keys SET wrapped = randomblob(length(wrapped)) WHERE tenant = ? AND kid = ?')
          .run(tenant, kid)
        this.#db
          .sql(
            `INSERT INTO keys (tenant, kid, commitment, destroyed) VALUES (?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET wrapped = NULL, commitment = excluded.commitment, destroyed = excluded.destroyed`,
          )
          .run(tenant, kid, commitment, at)
      })
      return { kid, commitment, destroyedAt: at }
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
      throw portError(error)
    }
  }
}

function check(tenant: string, kid?: string): void {
  if (typeof tenant !== 'string' || tenant === '') throw new InvalidQuery('no tenant')
  if (kid !== undefined && !kidPattern.test(kid)) throw new InvalidQuery('malformed kid', { kid })
}
