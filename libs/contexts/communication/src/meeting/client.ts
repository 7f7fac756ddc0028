import { engagements } from '@rapport/contracts'
import { isBefore, of, type Acting, type Asked, type Occurred, type Opened } from '@rapport/events'
import type { Meeting } from './state.ts'

export const clientErrors = {
  'not-yourself': 'A stakeholder speaks only for itself.',
  'no-minutes': 'There were no minutes by then.',
  'not-an-attendee': 'Only somebody who attended for the client says whether the minutes are right.',
} as const

export interface AskedClient {
  readonly who: Asked<engagements.StakeholderKnown>
}
export const askClient = (stakeholder: string): AskedClient => ({
  who: of(engagements.stakeholderFact, stakeholder, 'act'),
})

/** Refuses who cannot speak about the minutes: it attended for the client, and speaks for itself. */
export function checkClient(
  { minutes, attendees }: Opened<Meeting>,
  stakeholder: string,
  actor: Acting,
  occurred: Occurred,
  refuse: (code: keyof typeof clientErrors) => never,
): void {
  if (actor.stakeholder !== stakeholder) refuse('not-yourself')
  if (minutes === undefined || isBefore(occurred, minutes)) refuse('no-minutes')
  if (!attendees.some((who) => who.stakeholder === stakeholder && who.side === 'client')) refuse('not-an-attendee')
}
