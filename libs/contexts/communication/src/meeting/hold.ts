import { decision, ref } from '@rapport/events'
import { z } from 'zod'
import { askParticipants, participantErrors } from '../interaction/participants.ts'
import { attendeesOf } from './attendees.ts'
import { meeting, meetingHeld } from './events.ts'
import { askPlace, type AskedPlace, minutesDue } from './place.ts'

export const hold = decision(meeting, 'hold', {
  summary: 'Records that a meeting took place and who attended, also after it was recorded as missed.',
  rules: ['I-20'],
  roles: ['pm'],
  command: { attendees: z.array(ref('engagements.stakeholder')).min(1).max(200) },
  errors: {
    ...participantErrors,
    'already-held': 'The meeting was recorded as held before.',
    cancelled: 'The meeting was cancelled.',
  },
  example: { attendees: ['0192f0c1-7b7a-7c3e-8b8a-1234567890ab'] },
  facts: (command, _, state): AskedPlace => ({ ...askParticipants(command.attendees), ...askPlace(state.engagement) }),
  decide(state, command, { facts, occurred, refuse }) {
    const { stands, engagement, audience, missed, cadence, slot } = state
    if (stands === 'held') return refuse('already-held')
    if (stands === 'cancelled') return refuse('cancelled')
    const attendees = attendeesOf(facts, command.attendees, engagement, occurred, refuse)
    const due = minutesDue(facts.plan, occurred, facts.engagement.zone)
    const place = { ...(cadence !== undefined && { cadence }), ...(slot !== undefined && { slot }) }
    return [
      meetingHeld(
        { audience, ...place, attendees, minutesDue: due },
        { visibility: audience, ...(missed && { answers: [missed.event] }) },
      ),
    ]
  },
})
