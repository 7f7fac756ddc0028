import { engagements } from '@rapport/contracts'
import type { New } from '@rapport/events'
import { anId, ENGAGEMENT, given } from '@rapport/testing'
import { actionItem, actionItemAssigned } from './events.ts'
import type { ActionItem } from './state.ts'

export const person = anId(40)
/** What the specs of action items begin with. */
export const sendPlan = {
  engagement: ENGAGEMENT,
  what: 'Send the migration plan to the client.',
  owner: person,
  due: '2026-03-13',
} as const

export const assigned = actionItemAssigned({ ...sendPlan, audience: 'client' }, { visibility: 'client' })
export const open = (events: readonly New<string, ActionItem>[] = []): ReturnType<typeof given<ActionItem>> =>
  given<ActionItem>(actionItem, [assigned, ...events]).fact(engagements.personFact, person, {})
