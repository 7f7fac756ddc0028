import { RapportError, type Adopted, type Destruction, type Keys } from '@rapport/events'
import type { StoreIdentity } from '../house.ts'
import { FORMAT, LineWriter, readLines, type Line } from './lines.ts'

/**
 * Writes every tenant's secrets, live keys and records of destruction as JSON lines, and answers the SHA-256 of the file. Nothing in it is
 * wrapped: who has it can open everything personal that was ever recorded.
 */
export async function writeKeys(
  keys: Keys,
  store: StoreIdentity,
  write: (text: string) => Promise<void>,
): Promise<{ readonly sha256: string; readonly count: number }> {
  const out = new LineWriter(write)
  await out.header({ rapport: 'keys', format: FORMAT, store: store.id, restores: store.restores })
  let count = 0
  for (const tenant of await keys.tenants()) {
    const secrets = await keys.secrets(tenant, false)
    if (secrets !== undefined)
      await out.line({ tenant, idKey: base64url(secrets.idKey), saltKey: base64url(secrets.saltKey) })
    for (const { kid } of await keys.list(tenant)) {
      const state = await keys.get(tenant, kid)
      if (state.state === 'absent') continue
      await out.line(
        state.state === 'live'
          ? { tenant, kid, key: base64url(state.key) }
          : { tenant, kid, commitment: state.destruction.commitment, destroyedAt: state.destruction.destroyedAt },
      )
      count++
    }
  }
  return { sha256: await out.end({ keys: count }), count }
}

/** Reads a file of keys to its end without taking anything: `keys-mixed-up` where it is not that of the export. */
export async function checkKeysFile(input: AsyncIterable<Uint8Array>, sha256: string): Promise<void> {
  const reading = await readLines(input, 'keys')
  for await (const { lines } of reading.blocks) lines.forEach(entryOf)
  if (reading.digest() !== sha256)
    throw new RapportError('keys-mixed-up', 'The keys are of another export: each export writes a file of its own.')
}

/** Has every key of a file taken over, and answers how many there are. */
export async function adoptKeys(keys: Keys, input: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0
  for await (const { lines } of (await readLines(input, 'keys')).blocks) {
    const tenants = new Map<string, Part>()
    for (const { tenant, secrets, live, destroyed } of lines.map(entryOf)) {
      const part = tenants.get(tenant) ?? { live: [], destroyed: [] }
      tenants.set(tenant, part)
      if (secrets !== undefined) part.secrets = secrets
      if (live !== undefined) part.live.push(live)
      if (destroyed !== undefined) part.destroyed.push(destroyed)
    }
    for (const [tenant, part] of tenants) {
      await keys.adopt(tenant, part)
      count += part.live.length + part.destroyed.length
    }
  }
  return count
}

interface Part {
  secrets?: NonNullable<Adopted['secrets']>
  live: Adopted['live'][number][]
  destroyed: Destruction[]
}
interface Entry {
  readonly tenant: string
  readonly secrets?: NonNullable<Adopted['secrets']>
  readonly live?: Adopted['live'][number]
  readonly destroyed?: Destruction
}

function entryOf({ tenant, kid, key, idKey, saltKey, commitment, destroyedAt }: Line): Entry {
  const texts = [
    tenant,
    ...(kid === undefined ? [idKey, saltKey] : key === undefined ? [kid, commitment, destroyedAt] : [kid, key]),
  ]
  if (!texts.every((text) => typeof text === 'string'))
    throw new RapportError('export-damaged', 'A line of the file of the keys is none of ours.')
  const [name, ...rest] = texts as [string, ...string[]]
  if (kid === undefined) return { tenant: name, secrets: { idKey: bytes(rest[0]!), saltKey: bytes(rest[1]!) } }
  if (key !== undefined) return { tenant: name, live: { kid: rest[0]!, key: bytes(rest[1]!) } }
  return { tenant: name, destroyed: { kid: rest[0]!, commitment: rest[1]!, destroyedAt: rest[2]! } }
}

const base64url = (key: Uint8Array): string => Buffer.from(key).toString('base64url')
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'))
