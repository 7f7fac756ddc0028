import { engagements } from '@rapport/contracts'
import type { New } from '@rapport/events'
import { anId, ENGAGEMENT, given } from '@rapport/testing'
import { businessReview, businessReviewHeld, businessReviewScheduled } from './events.ts'
import type { BusinessReview } from './state.ts'

export const [anna, mia, elsewhere, left] = [anId(10), anId(11), anId(12), anId(13)] as const

/** What the specs of reviews begin with. */
export const quarter = { engagement: ENGAGEMENT, title: 'First quarter', startsAt: '2026-04-02T09:00:00.000Z' }
export const scheduled = businessReviewScheduled(quarter)
export const found = {
  valueDelivered: ['Permits take four days.'],
  outcomes: ['The second district joins.'],
  nextPlan: 'Prepare the second district.',
}
export const held = businessReviewHeld({ ...found, attendees: [{ stakeholder: anna, side: 'client' }] })

/** Anna of the client, Mia of ours, somebody of another engagement, and somebody who left. */
export const known = [
  [anna, { engagement: ENGAGEMENT, side: 'client' }],
  [mia, { engagement: ENGAGEMENT, side: 'ours' }],
  [elsewhere, { engagement: anId(902), side: 'client' }],
  [left, { engagement: ENGAGEMENT, side: 'client', removed: true, left: { occurredAt: '2026-02-01T00:00:00.000Z' } }],
] as const

export function reviewed(...events: New<string, BusinessReview>[]): ReturnType<typeof given<BusinessReview>> {
  const all = given<BusinessReview>(businessReview, events)
  for (const [id, who] of known) all.fact(engagements.stakeholderFact, id, who)
  return all
}
