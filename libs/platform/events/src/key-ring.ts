import { Unavailable } from './errors.ts'
import type { Erased } from './fields.ts'
import type { Destruction, Json, Keys, KeyState, TenantSecrets } from './ports.ts'
import { envelopesIn, mapEnvelopes, openValue, type Envelope } from './seal.ts'

/** Milliseconds: held so long and swept so often, no process holds a subject's key longer than 60 s (contracts.md §2). */
const HOLD = 45_000
const SWEEP = 10_000
const MOST = 10_000
export const erased: Erased = { erased: true }

/** The keys of the house as the core uses them: held for a minute at most, forgotten at once when destroyed here. */
export class KeyRing {
  readonly #keys: Keys
  readonly #held = new Map<string, { readonly state: Exclude<KeyState, { state: 'absent' }>; readonly until: number }>()
  #timer: NodeJS.Timeout | undefined
  readonly #secrets = new Map<string, TenantSecrets>()

  constructor(keys: Keys) {
    this.#keys = keys
  }

  /** The tenant's secrets, made where there are none. */
  async secrets(tenant: string): Promise<TenantSecrets> {
    let secrets = this.#secrets.get(tenant)
    if (secrets === undefined) {
      secrets = (await this.#keys.secrets(tenant, true))!
      this.#secrets.set(tenant, secrets)
    }
    return secrets
  }

  /** The subject's key, made durable where there was none. */
  async forSealing(tenant: string, kid: string): Promise<Exclude<KeyState, { state: 'absent' }>> {
    return this.#recall(tenant, kid) ?? this.#hold(tenant, kid, await this.#keys.create(tenant, kid))
  }

  /** The subject's key; {@link Unavailable} where there is neither a key nor a record of its destruction. */
  async forOpening(tenant: string, kid: string): Promise<Exclude<KeyState, { state: 'absent' }>> {
    const held = this.#recall(tenant, kid)
    if (held !== undefined) return held
    const state = await this.#keys.get(tenant, kid)
    if (state.state === 'absent') throw new Unavailable(`The key ${kid} is not here.`, { kid })
    return this.#hold(tenant, kid, state)
  }

  async destroy(tenant: string, kid: string, at: string): Promise<Destruction> {
    const destruction = await this.#keys.destroy(tenant, kid, at)
    this.#held.delete(`${tenant} ${kid}`)
    return destruction
  }

  /** A copy of the value with every envelope opened, or {@link erased} in its place. */
  async open(tenant: string, value: unknown): Promise<unknown> {
    const keys = new Map<string, Exclude<KeyState, { state: 'absent' }>>()
    for (const { kid } of envelopesIn(value)) if (!keys.has(kid)) keys.set(kid, await this.forOpening(tenant, kid))
    if (keys.size === 0) return value
    return mapEnvelopes(value, (envelope) => openWith(envelope, tenant, keys.get(envelope.kid)!))
  }

  #recall(tenant: string, kid: string): Exclude<KeyState, { state: 'absent' }> | undefined {
    const name = `${tenant} ${kid}`
    const held = this.#held.get(name)
    if (held === undefined || held.until > performance.now()) return held?.state
    this.#held.delete(name)
    return undefined
  }

  /** Forgets what nobody asks for any more; runs only while something is held. */
  #sweep = (): void => {
    for (const [name, { until }] of this.#held) if (until <= performance.now()) this.#held.delete(name)
    this.#timer = this.#held.size === 0 ? undefined : setTimeout(this.#sweep, SWEEP).unref()
  }

  #hold<S extends Exclude<KeyState, { state: 'absent' }>>(tenant: string, kid: string, state: S): S {
    if (this.#held.size >= MOST) this.#held.delete(this.#held.keys().next().value!)
    this.#held.set(`${tenant} ${kid}`, { state, until: performance.now() + HOLD })
    if (this.#timer === undefined) this.#timer = setTimeout(this.#sweep, SWEEP).unref()
    return state
  }
}

const openWith = (envelope: Envelope, tenant: string, key: Exclude<KeyState, { state: 'absent' }>): Json | Erased =>
  key.state === 'destroyed' ? erased : openValue(envelope, tenant, key.key)
