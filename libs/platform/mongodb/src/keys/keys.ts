import { randomBytes } from 'node:crypto'
import {
  commitmentOf,
  Corrupt,
  isOfKey,
  isOfRecord,
  KeysDiffer,
  sameSecrets,
  unwrap,
  validAdopted,
  wrap,
} from '@rapport/events'
import type { Adopted, Destruction, Keys, KeyState, TenantSecrets } from '@rapport/events'
import type { Collection, Database } from '../connection.ts'
import { reach } from '../crash.ts'
import { asked } from '../failure.ts'
import { behind, idOf, namesOf } from '../names.ts'
import { again } from '../settle.ts'
import { rewrapAll } from './rotate.ts'
import { destructionOf, keyId } from './rows.ts'
import type { KeyRow } from './rows.ts'
import { Tenants } from './tenants.ts'
import type { Tenant } from './tenants.ts'

/** See {@link openKeys} in open.ts for what it promises and what it cannot. */
export class MongoKeys implements Keys {
  readonly #database: Database
  readonly #tenants: Tenants
  readonly #rows: Collection<KeyRow>

  constructor(database: Database, masterKey: Uint8Array) {
    this.#database = database
    this.#tenants = new Tenants(database, masterKey)
    this.#rows = database.collection('keys')
  }

  async secrets(tenant: string, make: boolean): Promise<TenantSecrets | undefined> {
    idOf(tenant, '')
    if (!make)
      return asked(async () => {
        const row = await this.#tenants.find(tenant)
        return row && this.#tenants.secretsOf(row)
      })
    return this.#again(async () => {
      const row = await this.#tenants.make(tenant)
      if (row.secrets === undefined) await this.#tenants.makeSecrets(row)
      return this.#tenants.secretsOf(row)
    })
  }

  /**
   * A key is stored `fresh` first, and given only when, after that, its wrapping key is still the current one: a rotation that begins
   * later will meet the row. Otherwise a rotation may have swept already, so a fresh key, which nobody has, is made anew.
   */
  async create(tenant: string, kid: string): Promise<Exclude<KeyState, { state: 'absent' }>> {
    const _id = keyId(tenant, kid)
    return this.#again(() => this.#make(tenant, kid, _id))
  }

  /** One step towards a key that stands: a random one, or the one given where nobody has another yet. */
  async #make(
    tenant: string,
    kid: string,
    _id: string,
    key?: Uint8Array,
  ): Promise<Exclude<KeyState, { state: 'absent' }> | undefined> {
    const row = await this.#rows.findOne({ _id })
    const { wrapped, fresh, generation } = row ?? {}
    if (row !== null && (wrapped === undefined || fresh === undefined)) return this.#given(tenant, kid, row)
    const home = await this.#tenants.make(tenant)
    if (wrapped === undefined) await this.#rows.insertOne({ _id, ...this.#fresh(tenant, kid, home, key) })
    else if (generation !== home.current || (key !== undefined && !this.#wraps(home, kid, wrapped, key)))
      await this.#rows.updateOne({ _id, wrapped, fresh: true }, { $set: this.#fresh(tenant, kid, home, key) })
    else await this.#rows.updateOne({ _id, wrapped, fresh: true }, { $unset: { fresh: true } })
    reach('insideKeyMaking')
    return undefined
  }

  async get(tenant: string, kid: string): Promise<KeyState> {
    const _id = keyId(tenant, kid)
    return this.#again<KeyState>(async () => {
      const row = await this.#rows.findOne({ _id })
      // What is fresh was given to nobody.
      return row === null || row.fresh === true ? { state: 'absent' } : this.#given(tenant, kid, row)
    })
  }

  async destroy(tenant: string, kid: string, at: string): Promise<Destruction> {
    return this.#destroy(tenant, kid, (key = new Uint8Array(randomBytes(32))) => ({
      commitment: commitmentOf(key),
      destroyedAt: at,
    }))
  }

  async #destroy(
    tenant: string,
    kid: string,
    recordOf: (key: Uint8Array | undefined) => Omit<Destruction, 'kid'>,
  ): Promise<Destruction> {
    const _id = keyId(tenant, kid)
    await asked(() => this.#tenants.make(tenant))
    return this.#again(async () => {
      const row = await this.#rows.findOne({ _id })
      if (row === null) {
        await this.#rows.insertOne({ _id, ...recordOf(undefined) })
        return undefined
      }
      const { wrapped, fresh } = row
      if (wrapped === undefined) return destructionOf(kid, row)
      const state = fresh === true ? undefined : await this.#given(tenant, kid, row)
      if (state?.state !== 'live' && fresh !== true) return undefined
      const record = recordOf(state?.state === 'live' ? state.key : undefined)
      await this.#rows.replaceOne({ _id, wrapped, fresh: fresh === true ? true : { $exists: false } }, record)
      return undefined
    })
  }

  async adopt(tenant: string, adopted: Adopted): Promise<void> {
    validAdopted(tenant, adopted)
    const { secrets, live, destroyed } = adopted
    idOf(tenant, '')
    if (secrets !== undefined && !sameSecrets(await this.#adoptSecrets(tenant, secrets), secrets))
      throw new KeysDiffer(tenant)
    await severalAtOnce(live, async ({ kid, key }) => {
      const _id = keyId(tenant, kid)
      const standing = await this.#again(() => this.#make(tenant, kid, _id, key))
      if (!isOfKey(standing, kid, key)) throw new KeysDiffer(tenant, kid)
    })
    await severalAtOnce(destroyed, async (record) => {
      const { kid, commitment, destroyedAt } = record
      const destruction = await this.#destroy(tenant, kid, (key) => {
        if (key !== undefined && commitmentOf(key) !== commitment) throw new KeysDiffer(tenant, kid)
        return { commitment, destroyedAt }
      })
      if (!isOfRecord({ state: 'destroyed', destruction }, record)) throw new KeysDiffer(tenant, kid)
    })
  }

  #adoptSecrets(tenant: string, secrets: TenantSecrets): Promise<TenantSecrets> {
    return this.#again(async () => {
      const row = await this.#tenants.make(tenant)
      if (row.secrets === undefined) await this.#tenants.makeSecrets(row, secrets)
      return this.#tenants.secretsOf(row)
    })
  }

  /** Killed at any line it leaves every key open: the old wrapping keys go last, and the next rotation ends what this one began. */
  async rotate(tenant: string): Promise<void> {
    idOf(tenant, '')
    const known = await this.#again(async () => {
      const row = await this.#tenants.find(tenant)
      if (row === undefined) return 'unknown'
      return (await this.#tenants.begin(row)) ? 'begun' : undefined
    })
    if (known === 'begun') await asked(() => rewrapAll(this.#database, this.#tenants, this.#rows, tenant))
  }

  tenants(): Promise<readonly string[]> {
    return asked(() => this.#tenants.names())
  }

  async list(tenant: string): Promise<readonly { readonly kid: string; readonly state: 'live' | 'destroyed' }[]> {
    const all = idOf(tenant, '')
    const rows = await asked(() =>
      this.#rows
        .find({ _id: { $gt: all, $lt: behind(all) }, fresh: { $exists: false } }, { projection: { commitment: 1 } })
        .sort({ _id: 1 })
        .toArray(),
    )
    return rows.map(({ _id, commitment }) => ({
      kid: namesOf(_id).name,
      state: commitment === undefined ? 'live' : 'destroyed',
    }))
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  #again<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    return again(this.#database.patience, attempt)
  }

  /** Whether a row that the current wrapping key wraps holds this key. */
  #wraps(home: Tenant, kid: string, wrapped: Uint8Array, key: Uint8Array): boolean {
    const held = unwrap(this.#tenants.currentKey(home), wrapped, [home._id, kid])
    return commitmentOf(held) === commitmentOf(key)
  }

  #fresh(
    tenant: string,
    kid: string,
    home: Tenant,
    key: Uint8Array = new Uint8Array(randomBytes(32)),
  ): Omit<KeyRow, '_id'> {
    return {
      generation: home.current,
      wrapped: wrap(this.#tenants.currentKey(home), key, [tenant, kid]),
      fresh: true,
    }
  }

  /** The state of a stored key; undefined where a rotation wrapped it anew since the row was read. */
  async #given(tenant: string, kid: string, row: KeyRow): Promise<Exclude<KeyState, { state: 'absent' }> | undefined> {
    const { _id, wrapped, generation } = row
    if (wrapped === undefined) return { state: 'destroyed', destruction: destructionOf(kid, row) }
    const home = await this.#tenants.find(tenant)
    const wrapKey = home && this.#tenants.wrapKey(home, generation!)
    if (wrapKey !== undefined) return { state: 'live', key: unwrap(wrapKey, wrapped, [tenant, kid]) }
    if ((await this.#rows.findOne({ _id }))?.generation !== generation) return undefined
    throw new Corrupt('The wrapping key of a key is gone.', { tenant, kid })
  }
}

const AT_ONCE = 16

/** Each entry is a few answers of the server away: some are under way together, and the first that fails is thrown when the others have ended. */
async function severalAtOnce<T>(entries: readonly T[], each: (entry: T) => Promise<void>): Promise<void> {
  for (let n = 0; n < entries.length; n += AT_ONCE) {
    const ended = await Promise.allSettled(entries.slice(n, n + AT_ONCE).map(each))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }
}
