import { randomBytes } from 'node:crypto'
import { Corrupt, RapportError, unwrap, wrap } from '@rapport/events'
import type { TenantSecrets } from '@rapport/events'
import type { Collection, Database } from '../connection.ts'
import { again } from '../settle.ts'

/** A tenant's row. Its subject keys name the generation of the wrapping key that wraps them; more than one stands only while it rotates. */
export interface Tenant {
  readonly _id: string
  /** The generation that wraps whatever is made now. */
  readonly current: number
  readonly wraps: readonly { readonly generation: number; readonly wrapped: Uint8Array }[]
  readonly secrets?: { readonly generation: number; readonly idKey: Uint8Array; readonly saltKey: Uint8Array }
}

/** The wrapping keys of the tenants, which the master key wraps, and their secrets. */
export class Tenants {
  readonly #rows: Collection<Tenant>
  readonly #masterKey: Uint8Array
  readonly #patience: number

  constructor(database: Database, masterKey: Uint8Array) {
    this.#rows = database.collection('tenants')
    this.#masterKey = masterKey
    this.#patience = database.patience
  }

  async find(tenant: string): Promise<Tenant | undefined> {
    return (await this.#rows.findOne({ _id: tenant })) ?? undefined
  }

  /** Makes it where there is none. */
  make(tenant: string): Promise<Tenant> {
    return again(this.#patience, async () => {
      const row = await this.find(tenant)
      if (row === undefined) await this.#rows.insertOne({ _id: tenant, current: 1, wraps: [this.#wrapped(tenant, 1)] })
      return row
    })
  }

  async names(): Promise<readonly string[]> {
    const rows = await this.#rows
      .find({}, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .toArray()
    return rows.map(({ _id }) => _id)
  }

  /** The wrapping key of a generation; undefined where it is gone: no key that was ever given is wrapped by it. */
  wrapKey({ _id, wraps }: Tenant, generation: number): Uint8Array | undefined {
    const found = wraps.find((each) => each.generation === generation)
    return found && unwrap(this.#masterKey, found.wrapped, placeOf(_id, generation))
  }

  currentKey(tenant: Tenant): Uint8Array {
    return this.#sure(tenant, tenant.current)
  }

  secretsOf(tenant: Tenant): TenantSecrets | undefined {
    const { _id, secrets } = tenant
    if (secrets === undefined) return undefined
    const wrapKey = this.#sure(tenant, secrets.generation)
    return {
      idKey: unwrap(wrapKey, secrets.idKey, [_id, 'idKey']),
      saltKey: unwrap(wrapKey, secrets.saltKey, [_id, 'saltKey']),
    }
  }

  /** Random ones, or those given. Does nothing where the tenant has secrets, or rotated meanwhile. */
  async makeSecrets(
    tenant: Tenant,
    { idKey, saltKey }: TenantSecrets = { idKey: randomBytes(32), saltKey: randomBytes(32) },
  ): Promise<void> {
    await this.#setSecrets(tenant, { idKey: new Uint8Array(idKey), saltKey: new Uint8Array(saltKey) })
  }

  /** A new current generation beside the old ones; false where another rotation was faster. */
  async begin({ _id, current }: Tenant): Promise<boolean> {
    const generation = current + 1
    const { matchedCount } = await this.#rows.updateOne(
      { _id, current },
      { $set: { current: generation }, $push: { wraps: this.#wrapped(_id, generation) } },
    )
    return matchedCount === 1
  }

  /** Wraps the secrets anew and forgets the old generations, once no key needs them any more; true when only the current one is left. */
  async end(tenant: Tenant): Promise<boolean> {
    const { _id, current, wraps, secrets } = tenant
    if (secrets !== undefined && secrets.generation !== current) {
      await this.#setSecrets(tenant, this.secretsOf(tenant)!)
      return false
    }
    if (wraps.length === 1) return true
    await this.#rows.updateOne(
      // Secrets that were made meanwhile may need an old one.
      secrets === undefined
        ? { _id, current, secrets: { $exists: false } }
        : { _id, current, 'secrets.generation': current },
      { $pull: { wraps: { generation: { $ne: current } } } },
    )
    return false
  }

  async #setSecrets(tenant: Tenant, { idKey, saltKey }: TenantSecrets): Promise<void> {
    const { _id, current, secrets } = tenant
    const wrapKey = this.currentKey(tenant)
    await this.#rows.updateOne(
      secrets === undefined
        ? { _id, current, secrets: { $exists: false } }
        : { _id, current, 'secrets.generation': secrets.generation },
      {
        $set: {
          secrets: {
            generation: current,
            idKey: wrap(wrapKey, idKey, [_id, 'idKey']),
            saltKey: wrap(wrapKey, saltKey, [_id, 'saltKey']),
          },
        },
      },
    )
  }

  #sure(tenant: Tenant, generation: number): Uint8Array {
    const wrapKey = this.wrapKey(tenant, generation)
    if (wrapKey === undefined) throw new Corrupt('A wrapping key is gone.', { tenant: tenant._id, generation })
    return wrapKey
  }

  #wrapped(tenant: string, generation: number): Tenant['wraps'][number] {
    return { generation, wrapped: wrap(this.#masterKey, new Uint8Array(randomBytes(32)), placeOf(tenant, generation)) }
  }
}

const placeOf = (tenant: string, generation: number): readonly string[] => ['wrapKey', tenant, String(generation)]

/** Knows the master key by what it wrapped when the database was first opened; another one is refused before anything is wrapped with it. */
export async function knowMasterKey(database: Database, masterKey: Uint8Array): Promise<void> {
  const rows = database.collection<{ _id: string; wrapped: Uint8Array }>('master')
  const place = ['master']
  const row = await again(database.patience, async () => {
    const stored = await rows.findOne({ _id: 'check' })
    if (stored === null) await rows.insertOne({ _id: 'check', wrapped: wrap(masterKey, new Uint8Array(32), place) })
    return stored ?? undefined
  })
  try {
    unwrap(masterKey, row.wrapped, place)
  } catch {
    throw new RapportError('wrong-master-key', 'The keys of this database are wrapped by another master key.')
  }
}
