import { communication as contract } from '@rapport/contracts'
import { decision, isBefore } from '@rapport/events'
import { meeting, meetingRescheduled } from './events.ts'
import { askPlace, type AskedPlace, missedAfter } from './place.ts'

const { startsAt, reason } = contract.MeetingRescheduled.shape

export const reschedule = decision(meeting, 'reschedule', {
  summary: 'Moves a meeting; it stays the one of its cadence and slot.',
  rules: [],
  roles: ['pm'],
  command: { startsAt, reason },
  errors: {
    'not-scheduled': 'The meeting was held or cancelled.',
    'past-tolerance': 'The meeting had been missed by then; schedule another.',
    'starts-before-scheduling': 'A meeting is moved to a time to come.',
  },
  example: { startsAt: '2030-03-05T10:00:00Z', reason: 'Anna is ill.' },
  facts: (_, __, state): AskedPlace => askPlace(state.engagement),
  decide(state, { startsAt, reason }, { facts, occurred, refuse }) {
    const { stands, planned, missed } = state
    if (stands !== 'scheduled') return refuse('not-scheduled')
    if (isBefore({ occurredAt: planned!.missedAfter }, occurred)) return refuse('past-tolerance')
    if (isBefore({ occurredAt: startsAt }, occurred)) return refuse('starts-before-scheduling')
    const after = missedAfter(facts.plan, state, { ...planned!, startsAt }, facts.engagement.zone)
    return [
      meetingRescheduled(
        { startsAt, reason, missedAfter: after },
        { visibility: state.audience, ...(missed && { answers: [missed.event] }) },
      ),
    ]
  },
})
