import { communication as contract } from '@rapport/contracts'
import { decision, ref } from '@rapport/events'
import { z } from 'zod'
import { askParticipants, participantErrors } from '../interaction/participants.ts'
import { attendeesOf } from '../meeting/attendees.ts'
import { businessReview, businessReviewHeld } from './events.ts'

const { attendees: _, ...said } = contract.BusinessReviewHeld.shape

export const hold = decision(businessReview, 'hold', {
  summary: 'Records what a business review found: the value delivered, the outcomes, the next plan.',
  rules: [],
  roles: ['pm'],
  command: { attendees: z.array(ref('engagements.stakeholder')).min(1).max(200), ...said },
  errors: { ...participantErrors, 'already-held': 'The review was recorded as held before.' },
  example: {
    attendees: ['0192f0c1-7b7a-7c3e-8b8a-1234567890ab'],
    valueDelivered: ['Permits are issued in four days instead of eleven.'],
    outcomes: ['The second district joins in autumn.'],
    nextPlan: 'Prepare the second district by August.',
  },
  facts: (command) => askParticipants(command.attendees),
  decide(state, command, { facts, occurred, refuse }) {
    if (state.held !== undefined) return refuse('already-held')
    const attendees = attendeesOf(facts, command.attendees, state.engagement, occurred, refuse)
    return [businessReviewHeld({ ...command, attendees })]
  },
})
