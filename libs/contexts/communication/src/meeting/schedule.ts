import { communication as contract } from '@rapport/contracts'
import { decision, isBefore } from '@rapport/events'
import { askParticipants, checkParticipants, participantErrors } from '../interaction/participants.ts'
import { whoOf } from './attendees.ts'
import { meeting, meetingScheduled } from './events.ts'
import { askPlace, type AskedPlace, missedAfter } from './place.ts'
import { placed, placeErrors } from './slot.ts'

const { audience, missedAfter: _, ...asked } = contract.MeetingScheduled.shape

export const schedule = decision(meeting, 'schedule', {
  summary: 'Schedules a meeting, of a cadence of the plan or on its own.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: { ...asked, audience: audience.optional() },
  errors: {
    ...participantErrors,
    ...placeErrors,
    'engagement-closed': 'The engagement is closed.',
    'starts-before-scheduling': 'A meeting is scheduled before it starts; one that took place is recorded as held.',
  },
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    title: 'Steering committee',
    startsAt: '2030-03-04T10:00:00Z',
    durationMinutes: 60,
  },
  facts: (command): AskedPlace => ({ ...askParticipants(command.invited), ...askPlace(command.engagement) }),
  decide(_, command, { facts, occurred, refuse }) {
    const { engagement, plan } = facts
    if (engagement.closed) return refuse('engagement-closed')
    if (isBefore({ occurredAt: command.startsAt }, occurred)) return refuse('starts-before-scheduling')
    checkParticipants(whoOf(facts, command.invited), command.engagement, occurred, refuse)
    const place = placed(plan, command, command.startsAt, refuse)
    const audience = command.audience ?? place.audience ?? 'client'
    const after = missedAfter(plan, place, command, engagement.zone)
    return [meetingScheduled({ ...command, ...place, audience, missedAfter: after }, { visibility: audience })]
  },
})
