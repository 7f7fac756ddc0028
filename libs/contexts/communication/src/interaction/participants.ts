import { engagements } from '@rapport/contracts'
import { isBefore, of } from '@rapport/events'
import type { Asked, Occurred } from '@rapport/events'

export const participantErrors = {
  'participant-elsewhere': 'A participant is a stakeholder of another engagement; `participant` names it.',
  'participant-removed': 'A participant had left the engagement by then; `participant` names it.',
} as const
type Code = keyof typeof participantErrors

/** One question a participant, by its id. */
export interface AskedParticipants {
  readonly [id: string]: Asked<engagements.StakeholderKnown>
}
export const askParticipants = (ids: readonly string[] = []): AskedParticipants =>
  Object.fromEntries(ids.map((id) => [id, of(engagements.stakeholderFact, id)]))

/** Refuses participants that are not of this engagement, or had left it when the contact was. */
export function checkParticipants(
  known: Readonly<Record<string, { readonly engagement: string; readonly left?: Occurred }>>,
  engagement: string,
  when: Occurred,
  refuse: (code: Code, detail: Readonly<Record<string, unknown>>) => never,
): void {
  for (const [participant, who] of Object.entries(known)) {
    if (who.engagement !== engagement) refuse('participant-elsewhere', { participant })
    if (who.left !== undefined && isBefore(who.left, when)) refuse('participant-removed', { participant })
  }
}
