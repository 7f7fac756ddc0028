import { addBusinessDays, addCalendarDays, calendar } from '@rapport/business-time'
import { communication as contract, engagements } from '@rapport/contracts'
import { dayEnd, instantText, of, type Asked, type Occurred } from '@rapport/events'
import { slotHolding, slotNamed } from '../communication-plan/slots.ts'

export const placeErrors = {
  'slot-without-cadence': 'A slot is of a cadence.',
  'no-such-slot': 'The plan has no such slot of a cadence of meetings, or none of it holds the start.',
} as const

/** What a decision about the time of a meeting asks: the engagement and its plan, if it has one. */
export interface AskedPlace {
  readonly engagement: Asked<engagements.EngagementKnown>
  readonly plan: Asked<contract.PlanKnown>
}
export const askPlace = (engagement: string): AskedPlace => ({
  engagement: of(engagements.engagementFact, engagement),
  plan: contract.askPlan(engagement),
})

type Placed = { readonly cadence?: string; readonly slot?: string }

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

/** A meeting of no cadence may be put on file the day after. */
const TOLERANCE_DAYS = 1

/** When a meeting counts as missed: its end and the tolerance of its cadence. */
export function missedAfter(
  { versions }: contract.PlanKnown,
  { cadence, slot }: Placed,
  { startsAt, durationMinutes }: { readonly startsAt: string; readonly durationMinutes: number },
  zone: string,
): string {
  const terms = cadence === undefined ? undefined : slotNamed(versions, cadence, slot!)?.terms
  const end = Temporal.Instant.from(startsAt).add({ minutes: durationMinutes })
  return instantText(addCalendarDays(zone, end, terms?.toleranceDays ?? TOLERANCE_DAYS))
}

const WORKWEEK = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
const WORKING_DAYS = 2

/** When the minutes of a meeting are overdue: two days of the plan's workweek later (I-20). Of a day alone, after its end. */
export function minutesDue(plan: contract.PlanKnown, held: Occurred, zone: string): string {
  const days = contract.planInForce(plan, held.occurredAt)?.workweek ?? WORKWEEK
  const workweek = calendar({ zone, week: Object.fromEntries(days.map((day) => [day, [['00:00', '24:00'] as const]])) })
  const since = held.occurredOn === undefined ? held.occurredAt : dayEnd(held.occurredOn, held.zone!)
  return instantText(addBusinessDays(workweek, Temporal.Instant.from(since), WORKING_DAYS))
}
