import { createHmac } from 'node:crypto'
import type { z } from 'zod'
import { canonical } from './canonical.ts'
import type { AnyDecision } from './decision.ts'
import { RapportError, Refusal } from './errors.ts'
import type { Shape } from './fields.ts'
import type { Command } from './command.ts'
import { idHmac } from './ids.ts'
import type { KeyRing } from './key-ring.ts'
import { platformCodes } from './platform-codes.ts'
import type { Doc, Json } from './ports.ts'
import { kidOf } from './names.ts'
import type { Metadata } from './recorded.ts'
import { fingerprintKey, mapPersonal, sealValue, type Whose } from './seal.ts'
import type { Occurred } from './time.ts'

/** Where a command acts: what the names of its subjects' keys follow from. */
export interface Place {
  readonly tenant: string
  readonly kind: string
  readonly id: string
  readonly engagement: string | undefined
}

/** A moment as HTTP bodies and fingerprints write it. */
export const occurredJson = (occurred: Occurred): Json =>
  occurred.occurredOn === undefined ? occurred.occurredAt : { date: occurred.occurredOn, zone: occurred.zone! }

export const issuesOf = (error: z.ZodError): readonly { readonly path: string; readonly message: string }[] =>
  error.issues.map((issue) => ({ path: `/${issue.path.join('/')}`, message: issue.message }))

function subjectKid(whose: Whose, parent: Readonly<Record<string, Json>>, place: Place): string {
  if (whose === 'stream') return kidOf(place.kind, place.id)
  if (whose !== 'engagement') return `${whose.kind}/${String(parent[whose.field])}`
  if (place.engagement === undefined)
    throw new RapportError('defect', `${place.kind} has no engagement whose key could seal.`)
  return `engagement/${place.engagement}`
}

/** The key ids of the personal values in some data, sorted. */
function kidsOf(shape: Shape, data: Json, place: Place): readonly string[] {
  const kids = new Set<string>()
  mapPersonal(shape, data, (value, whose, _, parent) => {
    kids.add(subjectKid(whose, parent, place))
    return value
  })
  return [...kids].sort()
}

/** The data with its personal values sealed for one event. `subject-erased` where a subject's key is destroyed. */
export async function sealData(
  keys: KeyRing,
  shape: Shape,
  data: Doc,
  place: Place,
  eventId: string,
): Promise<{ readonly data: Json; readonly kids: readonly string[] }> {
  const kids = kidsOf(shape, data, place)
  const held = new Map<string, Uint8Array>()
  for (const kid of kids) {
    const state = await keys.forSealing(place.tenant, kid)
    if (state.state === 'destroyed') throw new Refusal('subject-erased', platformCodes['subject-erased'])
    held.set(kid, state.key)
  }
  const sealed = mapPersonal(shape, data, (value, whose, path, parent) => {
    const kid = subjectKid(whose, parent, place)
    return sealValue(value, { tenant: place.tenant, kid, key: held.get(kid)!, of: [eventId, path] }) as unknown as Json
  })
  return { data: sealed, kids }
}

/** What identifies a command's content, keyed by all its subjects' keys; `opening` makes none that is missing. */
export class Fingerprint {
  readonly #keys: KeyRing
  /** By the subject's key, or the tenant's where there is none; forgotten with the key itself. */
  readonly #derived = new WeakMap<Uint8Array, Uint8Array>()

  constructor(keys: KeyRing) {
    this.#keys = keys
  }

  /** Undefined where a subject's key is destroyed: from then on the command id alone decides (contracts.md §2). */
  async of(
    command: Command,
    decision: AnyDecision,
    place: Place,
    purpose: 'opening' | 'sealing',
  ): Promise<string | undefined> {
    const key = await this.#keyOver(command, decision, place, purpose)
    const { received, body, occurred } = command
    const content =
      received ?? (occurred === undefined ? body : { ...(body as Doc), occurredAt: occurredJson(occurred) })
    return key && createHmac('sha256', key).update(canonical(content)).digest('base64url')
  }

  /** How an imported event says where it comes from; a personal reference and the payload only as HMACs. */
  async importOf(command: Command, decision: AnyDecision, place: Place): Promise<NonNullable<Metadata['import']>> {
    const { batch, source, reference, personalReference } = command.import!
    const key = await this.#keyOver(command, decision, place, 'sealing')
    const { idKey } = await this.#keys.secrets(command.tenant)
    return {
      batch,
      source,
      ...(reference !== undefined && {
        reference: personalReference === true ? idHmac(idKey, 'reference', source, reference) : reference,
      }),
      ...(key !== undefined &&
        command.received !== undefined && {
          payload: createHmac('sha256', key).update('payload').update(canonical(command.received)).digest('base64url'),
        }),
    }
  }

  async #keyOver(
    command: Command,
    decision: AnyDecision,
    place: Place,
    purpose: 'opening' | 'sealing',
  ): Promise<Uint8Array | undefined> {
    const keys: Uint8Array[] = []
    for (const kid of kidsOf(decision.command as Shape, command.body, place)) {
      const state = await (purpose === 'sealing'
        ? this.#keys.forSealing(place.tenant, kid)
        : this.#keys.forOpening(place.tenant, kid))
      if (state.state === 'destroyed') return undefined
      keys.push(state.key)
    }
    const { idKey } = await this.#keys.secrets(place.tenant)
    if (keys.length > 1) return fingerprintKey(idKey, keys)
    const [only = idKey] = keys
    let derived = this.#derived.get(only)
    if (derived === undefined) this.#derived.set(only, (derived = fingerprintKey(idKey, keys)))
    return derived
  }
}
