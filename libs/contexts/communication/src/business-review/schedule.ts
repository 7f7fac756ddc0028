import { communication as contract, engagements } from '@rapport/contracts'
import { decision, isBefore, of, type Asked } from '@rapport/events'
import { askParticipants, checkParticipants, participantErrors } from '../interaction/participants.ts'
import { whoOf } from '../meeting/attendees.ts'
import { businessReview, businessReviewScheduled } from './events.ts'

export const schedule = decision(businessReview, 'schedule', {
  summary: 'Schedules a look back and ahead with the client.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: contract.BusinessReviewScheduled.shape,
  errors: {
    ...participantErrors,
    'engagement-closed': 'The engagement is closed.',
    'starts-before-scheduling': 'A review is scheduled before it starts.',
  },
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    title: 'First quarter',
    startsAt: '2030-04-02T09:00:00Z',
  },
  facts: (command): { readonly engagement: Asked<engagements.EngagementKnown> } => ({
    ...askParticipants(command.invited),
    engagement: of(engagements.engagementFact, command.engagement),
  }),
  decide(_, command, { facts, occurred, refuse }) {
    if (facts.engagement.closed) return refuse('engagement-closed')
    if (isBefore({ occurredAt: command.startsAt }, occurred)) return refuse('starts-before-scheduling')
    checkParticipants(whoOf(facts, command.invited), command.engagement, occurred, refuse)
    return [businessReviewScheduled(command)]
  },
})
