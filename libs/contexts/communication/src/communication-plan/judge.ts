import type { Occurred } from '@rapport/events'
import { isBefore } from '@rapport/events'
import type { communication as contract } from '@rapport/contracts'
import { judgedName } from './events.ts'
import { slotNamed } from './slots.ts'
import type { CommunicationPlan } from './state.ts'

export const judgeErrors = {
  'no-such-slot': 'The plan never had this slot of such a cadence.',
  'already-judged': 'The slot was judged before.',
  'not-due': 'The tolerance of the slot has not passed.',
} as const

/** What the plan itself knows of a slot that is to be judged: that it was planned, for one of these kinds, is due and not judged. */
export function judge(
  plan: Pick<CommunicationPlan, 'versions' | 'judged'>,
  asked: { readonly cadence: string; readonly slot: string },
  kinds: readonly contract.Cadence['kind'][],
  occurred: Occurred,
  refuse: (code: keyof typeof judgeErrors) => never,
) {
  const slot = slotNamed(plan.versions, asked.cadence, asked.slot)
  if (slot === undefined || !kinds.includes(slot.terms.kind)) return refuse('no-such-slot')
  if (plan.judged.includes(judgedName(asked.cadence, asked.slot))) return refuse('already-judged')
  if (isBefore(occurred, { occurredAt: slot.due })) return refuse('not-due')
  return { cadence: asked.cadence, slot: slot.name, plannedAt: slot.plannedAt, due: slot.due }
}
