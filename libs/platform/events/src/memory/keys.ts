import { createHmac, randomBytes } from 'node:crypto'
import { commitmentOf, isOfKey, isOfRecord, KeysDiffer, sameSecrets, validAdopted } from '../adopting.ts'
import { InvalidQuery } from '../errors.ts'
import { kidPattern } from '../ports.ts'
import type { Adopted, Destruction, Keys, KeyState, TenantSecrets } from '../ports.ts'

/** What outlives an instance. */
export interface MemoryKeysData {
  readonly secrets: Map<string, TenantSecrets>
  readonly keys: Map<string, Map<string, Uint8Array | Destruction>>
}
export const memoryKeysData = (): MemoryKeysData => ({ secrets: new Map(), keys: new Map() })

/**
 * {@link Keys} in memory, without wrapping. With a seed every key and secret derives from (seed, tenant, kid), so two runs of a test
 * store the same bytes; without one they are random.
 */
export class MemoryKeys implements Keys {
  readonly data: MemoryKeysData
  readonly #seed: string | undefined

  constructor(options: { readonly seed?: string; readonly data?: MemoryKeysData } = {}) {
    this.#seed = options.seed
    this.data = options.data ?? memoryKeysData()
  }

  async secrets(tenant: string, make: boolean): Promise<TenantSecrets | undefined> {
    named(tenant)
    if (make && !this.data.secrets.has(tenant)) {
      this.data.secrets.set(tenant, { idKey: this.#make(tenant, 'idKey'), saltKey: this.#make(tenant, 'saltKey') })
    }
    const secrets = this.data.secrets.get(tenant)
    return secrets && { idKey: Uint8Array.from(secrets.idKey), saltKey: Uint8Array.from(secrets.saltKey) }
  }

  async create(tenant: string, kid: string): Promise<Exclude<KeyState, { state: 'absent' }>> {
    const keys = this.#of(tenant, kid)
    const held = keys.get(kid) ?? this.#make(tenant, kid)
    keys.set(kid, held)
    return stateOf(held)
  }

  async get(tenant: string, kid: string): Promise<KeyState> {
    const held = this.#of(tenant, kid).get(kid)
    return held ? stateOf(held) : { state: 'absent' }
  }

  async destroy(tenant: string, kid: string, at: string): Promise<Destruction> {
    const keys = this.#of(tenant, kid)
    const held = keys.get(kid) ?? this.#make(tenant, kid)
    if (!(held instanceof Uint8Array)) return held
    const destruction = Object.freeze({ kid, commitment: commitmentOf(held), destroyedAt: at })
    held.fill(0)
    keys.set(kid, destruction)
    return destruction
  }

  async adopt(tenant: string, adopted: Adopted): Promise<void> {
    validAdopted(tenant, adopted)
    const { secrets, live, destroyed } = adopted
    if (secrets !== undefined) {
      const standing = this.data.secrets.get(tenant)
      if (standing === undefined)
        this.data.secrets.set(tenant, {
          idKey: Uint8Array.from(secrets.idKey),
          saltKey: Uint8Array.from(secrets.saltKey),
        })
      else if (!sameSecrets(standing, secrets)) throw new KeysDiffer(tenant)
    }
    for (const { kid, key } of live) {
      const keys = this.#of(tenant, kid)
      const held = keys.get(kid)
      if (held === undefined) keys.set(kid, Uint8Array.from(key))
      else if (!isOfKey(stateOf(held), kid, key)) throw new KeysDiffer(tenant, kid)
    }
    for (const record of destroyed) {
      const keys = this.#of(tenant, record.kid)
      const held = keys.get(record.kid)
      if (held !== undefined && !isOfRecord(stateOf(held), record)) throw new KeysDiffer(tenant, record.kid)
      if (held instanceof Uint8Array) held.fill(0)
      if (held === undefined || held instanceof Uint8Array) keys.set(record.kid, Object.freeze({ ...record }))
    }
  }

  /** Nothing is wrapped here. */
  async rotate(tenant: string): Promise<void> {
    named(tenant)
  }

  async tenants(): Promise<readonly string[]> {
    const withKeys = [...this.data.keys].filter(([, keys]) => keys.size > 0).map(([tenant]) => tenant)
    return [...new Set([...this.data.secrets.keys(), ...withKeys])].sort()
  }

  async list(tenant: string): Promise<readonly { readonly kid: string; readonly state: 'live' | 'destroyed' }[]> {
    named(tenant)
    return [...(this.data.keys.get(tenant) ?? [])]
      .map(([kid, held]) => ({ kid, state: stateOf(held).state }))
      .sort((a, b) => (a.kid < b.kid ? -1 : 1))
  }

  async close(): Promise<void> {}

  #of(tenant: string, kid: string): Map<string, Uint8Array | Destruction> {
    named(tenant)
    if (typeof kid !== 'string' || !kidPattern.test(kid)) throw new InvalidQuery('malformed kid', { kid })
    const keys = this.data.keys.get(tenant) ?? new Map<string, Uint8Array | Destruction>()
    this.data.keys.set(tenant, keys)
    return keys
  }

  #make(tenant: string, name: string): Uint8Array {
    if (this.#seed === undefined) return Uint8Array.from(randomBytes(32))
    return Uint8Array.from(
      createHmac('sha256', this.#seed)
        .update(JSON.stringify([tenant, name]))
        .digest(),
    )
  }
}

function stateOf(held: Uint8Array | Destruction): Exclude<KeyState, { state: 'absent' }> {
  return held instanceof Uint8Array
    ? { state: 'live', key: Uint8Array.from(held) }
    : { state: 'destroyed', destruction: held }
}

function named(tenant: string): void {
  if (typeof tenant !== 'string' || tenant === '') throw new InvalidQuery('no tenant')
}
