import type { engagements } from '@rapport/contracts'
import type { Occurred, Ref } from '@rapport/events'
import { checkParticipants } from '../interaction/participants.ts'

type Who = Pick<engagements.StakeholderKnown, 'engagement' | 'side' | 'left'>

/** The facts of these stakeholders, of all that a decision asked. */
export const whoOf = (facts: object, ids: readonly string[] = []): Readonly<Record<string, Who>> =>
  Object.fromEntries(ids.map((id) => [id, (facts as Readonly<Record<string, Who>>)[id]!]))

/** Everybody once, each with the side on which it stood. */
export function attendeesOf(
  facts: object,
  ids: readonly Ref<'engagements.stakeholder'>[],
  engagement: string,
  when: Occurred,
  refuse: Parameters<typeof checkParticipants>[3],
) {
  const who = whoOf(facts, ids)
  checkParticipants(who, engagement, when, refuse)
  return [...new Set(ids)].map((stakeholder) => ({ stakeholder, side: who[stakeholder]!.side }))
}
