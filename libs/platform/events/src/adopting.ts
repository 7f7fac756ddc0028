import { createHash, timingSafeEqual } from 'node:crypto'
import { InvalidQuery, RapportError } from './errors.ts'
import { kidPattern, type Adopted, type Destruction, type KeyState, type TenantSecrets } from './ports.ts'
import { parseInstant } from './time.ts'

/** What a destruction record keeps of a key: SHA-256('kc' ‖ key), hex. */
export const commitmentOf = (key: Uint8Array): string => createHash('sha256').update('kc').update(key).digest('hex')

/** What is to be taken over contradicts what stands; nothing of that was changed. */
export class KeysDiffer extends RapportError {
  constructor(tenant: string, kid?: string) {
    super(
      'keys-differ',
      `${kid === undefined ? 'The secrets' : `The key ${kid}`} of ${tenant} stand here already, and are not those that were given.`,
      { tenant, ...(kid !== undefined && { kid }) },
    )
  }
}

/** Throws {@link InvalidQuery} for what no store can have had; asked before anything is taken over. */
export function validAdopted(tenant: string, { secrets, live, destroyed }: Adopted): void {
  if (typeof tenant !== 'string' || tenant === '') throw new InvalidQuery('no tenant')
  if (secrets !== undefined && (secrets.idKey.length < 32 || secrets.saltKey.length < 32))
    throw new InvalidQuery('a secret has fewer than 32 bytes', { tenant })
  for (const { kid } of [...live, ...destroyed])
    if (typeof kid !== 'string' || !kidPattern.test(kid)) throw new InvalidQuery('malformed kid', { kid })
  for (const { kid, key } of live) if (key.length !== 32) throw new InvalidQuery('a key has 32 bytes', { kid })
  for (const { kid, commitment, destroyedAt } of destroyed)
    if (!/^[0-9a-f]{64}$/.test(commitment) || parseInstant(destroyedAt) !== destroyedAt)
      throw new InvalidQuery('malformed record of a destruction', { kid })
}

type Standing = Exclude<KeyState, { state: 'absent' }>

export const sameSecrets = (one: TenantSecrets, other: TenantSecrets): boolean =>
  same(one.idKey, other.idKey) && same(one.saltKey, other.saltKey)

/** Whether what stands is this key, or what was left of it when it was destroyed. */
export const isOfKey = (standing: Standing, kid: string, key: Uint8Array): boolean =>
  standing.state === 'live'
    ? same(standing.key, key)
    : standing.destruction.kid === kid && standing.destruction.commitment === commitmentOf(key)

/** Whether what stands is this record, or the key that it is of. */
export const isOfRecord = (standing: Standing, { commitment, destroyedAt }: Destruction): boolean =>
  standing.state === 'live'
    ? commitmentOf(standing.key) === commitment
    : standing.destruction.commitment === commitment && standing.destruction.destroyedAt === destroyedAt

const same = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && timingSafeEqual(one, other)
