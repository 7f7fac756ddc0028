import { addBusinessDays, addCalendarDays, calendar } from '@rapport/business-time'
import { communication as contract, engagements } from '@rapport/contracts'
import { dayEnd, instantText, LAST_INSTANT, of, type Asked, type Occurred } from '@rapport/events'
import { slotNamed } from '../communication-plan/slots.ts'

/** The cadence and slot of a meeting, where it is of one. */
export type Placed = { readonly cadence?: string; readonly slot?: string }

/** What a decision about the time of a meeting asks: the engagement and its plan, if it has one. */
export interface AskedPlace {
  readonly engagement: Asked<engagements.EngagementKnown>
  readonly plan: Asked<contract.PlanKnown>
}
export const askPlace = (engagement: string): AskedPlace => ({
  engagement: of(engagements.engagementFact, engagement),
  plan: contract.askPlan(engagement),
})

/** A meeting of no cadence may be put on file the day after. */
const TOLERANCE_DAYS = 1

/** When a meeting counts as missed: its end and the tolerance of its cadence, or the last instant that there is. */
export function missedAfter(
  { versions }: contract.PlanKnown,
  { cadence, slot }: Placed,
  { startsAt, durationMinutes }: { readonly startsAt: string; readonly durationMinutes: number },
  zone: string,
): string {
  const terms = cadence === undefined ? undefined : slotNamed(versions, cadence, slot!)?.terms
  const end = Temporal.Instant.from(startsAt).add({ minutes: durationMinutes })
  const latest = Temporal.Instant.from(LAST_INSTANT)
  const days = terms?.toleranceDays ?? TOLERANCE_DAYS
  // Days on the wall differ in length: close to the end of time it is the end.
  if (Temporal.Instant.compare(end, latest.subtract({ hours: 48 * (days + 1) })) > 0) return LAST_INSTANT
  return instantText(addCalendarDays(zone, end, days))
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
