import type { Doc } from '@rapport/events'
import { silenceDue } from '../communication-plan/slots.ts'
import type { Strip } from './turns.ts'

/** How long there was no two-way contact; computed when it is asked, never stored. */
export interface Silence {
  /** The last two-way contact, or the beginning of the plan. */
  readonly since: string
  /** The event of that contact. */
  readonly lastContact?: string
  /** Whole days of the engagement's zone. */
  readonly days: number
  readonly limitDays?: number
  /** When the limit of the plan is reached. */
  readonly limitAt?: string
  readonly exceeded: boolean
}

/** The silence at a moment, after the last contact that was known then; undefined before there was contact or plan. */
export function silenceAt(
  { versions }: Pick<Strip, 'versions'>,
  last: Doc | undefined,
  now: string,
  zone: string,
): Silence | undefined {
  const begun = versions[0]?.from
  const contact = last as { readonly at: string; readonly events: readonly string[] } | undefined
  const since = contact?.at ?? begun
  if (since === undefined || since > now) return undefined
  // Before the plan nobody agreed how long a silence may be: it counts from the plan's beginning.
  const due = begun === undefined ? undefined : silenceDue(versions, since > begun ? since : begun)
  const day = (instant: string) => Temporal.Instant.from(instant).toZonedDateTimeISO(zone)
  return {
    since,
    ...(contact !== undefined && { lastContact: contact.events[0]! }),
    days: day(since).until(day(now), { largestUnit: 'days' }).days,
    ...(due !== undefined && { limitDays: due.limitDays, limitAt: due.due }),
    exceeded: due !== undefined && due.due <= now,
  }
}
