import { communication as contract, engagements } from '@rapport/contracts'
import { event, stream } from '@rapport/events'
import type { BusinessReview } from './state.ts'

export const businessReviewScheduled = event(contract.BusinessReviewScheduled, {
  visibility: 'client',
  say: { en: 'The business review {self} was scheduled for {startsAt}', zh: '业务回顾{self}已安排于{startsAt}' },
  evolve: (_: BusinessReview, e): BusinessReview => ({ ...e, agreed: false }),
})

export const businessReviewHeld = event(contract.BusinessReviewHeld, {
  visibility: 'client',
  say: { en: 'The business review {self} took place', zh: '业务回顾{self}已举行' },
  show: ['valueDelivered', 'outcomes', 'nextPlan'],
  evolve: (s: BusinessReview, _, { occurredAt, occurredOn, zone }): BusinessReview => ({
    ...s,
    held: { occurredAt, ...(occurredOn !== undefined && zone !== undefined && { occurredOn, zone }) },
  }),
})

export const businessReviewAgreed = event(contract.BusinessReviewAgreed, {
  visibility: 'client',
  say: {
    en: 'At the business review {self} each side made a commitment',
    zh: '在业务回顾{self}中双方各作出一项承诺',
  },
  show: ['ask'],
  evolve: (s: BusinessReview): BusinessReview => ({ ...s, agreed: true }),
})

export const businessReview = stream<BusinessReview>('communication.business-review', {
  initial: undefined as never,
  events: [businessReviewScheduled, businessReviewHeld, businessReviewAgreed],
  scope: engagements.inEngagement,
  label: (s) => s.title,
})
