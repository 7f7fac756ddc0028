import { InvalidQuery, kidPattern } from '@rapport/events'
import type { Destruction } from '@rapport/events'
import { idOf } from '../names.ts'

/** A subject's key as it is stored: made, or destroyed. */
export interface KeyRow {
  readonly _id: string
  readonly generation?: number
  readonly wrapped?: Uint8Array
  /** Nobody was given it yet; see {@link MongoKeys}. */
  readonly fresh?: true
  readonly commitment?: string
  readonly destroyedAt?: string
}

/** The `_id` of a key. */
export function keyId(tenant: string, kid: string): string {
  const id = idOf(tenant, kid)
  if (!kidPattern.test(kid)) throw new InvalidQuery('malformed kid', { kid })
  return id
}

export const destructionOf = (kid: string, { commitment, destroyedAt }: KeyRow): Destruction => ({
  kid,
  commitment: commitment!,
  destroyedAt: destroyedAt!,
})
