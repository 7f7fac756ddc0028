import { date, fieldLimits, instant, personal, publicEvent, ref, text } from '@rapport/events'
import { z } from 'zod'
import { attendee } from './meeting.ts'

const point = personal('engagement', text(2000))
const points = z.array(point).max(100)

/** A look back and ahead with the client: what the work was worth, and what comes next. */
export const BusinessReviewScheduled = publicEvent('communication.business-review', 'BusinessReviewScheduled', 1, {
  engagement: ref('engagements.engagement'),
  title: personal('engagement', text(fieldLimits.line)),
  startsAt: instant(),
  invited: z.array(ref('engagements.stakeholder')).max(200).optional(),
})
export const BusinessReviewHeld = publicEvent('communication.business-review', 'BusinessReviewHeld', 1, {
  attendees: z.array(attendee).max(200),
  valueDelivered: points,
  outcomes: points,
  nextPlan: personal('engagement', text(fieldLimits.text)),
})
/** What one side promises at a review; a commitment is made of it. */
export const reviewCommitment = z.strictObject({
  stakeholder: ref('engagements.stakeholder'),
  statement: point,
  due: date(),
})
/** One ask, and one commitment from each side. */
export const BusinessReviewAgreed = publicEvent('communication.business-review', 'BusinessReviewAgreed', 1, {
  ask: point,
  ourCommitment: reviewCommitment,
  theirCommitment: reviewCommitment,
})
