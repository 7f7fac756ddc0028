import type { communication as contract } from '@rapport/contracts'
import { slotHolding, slotNamed } from '../communication-plan/slots.ts'
import type { Placed } from './place.ts'

export const placeErrors = {
  'slot-without-cadence': 'A slot is of a cadence.',
  'no-such-slot': 'The plan has no such slot of a cadence of meetings, or none of it holds the start.',
} as const

/** The slot that a meeting says it is of, or the one of its cadence that holds its start; nothing for a meeting of no cadence. */
export function placed(
  { versions }: contract.PlanKnown,
  { cadence, slot }: Placed,
  startsAt: string,
  refuse: (code: keyof typeof placeErrors) => never,
): Placed & { readonly audience?: contract.Cadence['audience'] } {
  if (cadence === undefined) return slot === undefined ? {} : refuse('slot-without-cadence')
  const found = slot === undefined ? slotHolding(versions, cadence, startsAt) : slotNamed(versions, cadence, slot)
  if (found === undefined || found.terms.kind !== 'meeting') return refuse('no-such-slot')
  return { cadence, slot: found.name, audience: found.terms.audience }
}
