import { communication as contract } from '@rapport/contracts'
import { decision, ref } from '@rapport/events'
import { z } from 'zod'
import { askParticipants, participantErrors } from '../interaction/participants.ts'
import { attendeesOf } from './attendees.ts'
import { meeting, meetingHeld, minutesRecorded } from './events.ts'
import { askOwners, checkOwners, minutesAsked, minutesOf, ownerErrors } from './minutes.ts'
import { askPlace, type AskedPlace, minutesDue } from './place.ts'
import { placed, placeErrors } from './slot.ts'

const { engagement, title, audience, cadence, slot } = contract.MeetingScheduled.shape
const { text, ...rest } = minutesAsked

export const recordHeld = decision(meeting, 'record-held', {
  summary:
    'Puts a meeting on file that took place without having been scheduled here, with its minutes where there are any.',
  creates: true,
  apart: true,
  rules: ['I-20'],
  roles: ['pm', 'system'],
  command: {
    engagement,
    title,
    audience: audience.optional(),
    cadence,
    slot,
    attendees: z.array(ref('engagements.stakeholder')).max(200).optional(),
    minutes: text.optional(),
    ...rest,
  },
  errors: {
    ...participantErrors,
    ...placeErrors,
    ...ownerErrors,
    'minutes-without-text': 'What minutes say needs their text.',
  },
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    title: 'Kick-off',
    minutes: 'We agreed on the scope and on the dates.',
    agenda: ['Scope', 'Dates'],
    decisions: ['The training comes before go-live.'],
  },
  facts: (command): AskedPlace => ({
    ...askParticipants(command.attendees),
    ...askOwners(command.actions),
    ...askPlace(command.engagement),
  }),
  decide(_, command, { facts, occurred, refuse }) {
    const { engagement, title, minutes, agenda, feedback, decisions, verbalRequests, actions } = command
    const said = { agenda, feedback, decisions, verbalRequests, actions }
    if (minutes === undefined && Object.values(said).some((part) => part !== undefined && part.length > 0))
      return refuse('minutes-without-text')
    checkOwners(facts, actions, refuse)
    const attendees = attendeesOf(facts, command.attendees ?? [], engagement, occurred, refuse)
    const place = placed(facts.plan, command, occurred.occurredAt, refuse)
    const audience = command.audience ?? place.audience ?? 'client'
    const due = minutesDue(facts.plan, occurred, facts.engagement.zone)
    const held = meetingHeld(
      { engagement, title, ...place, audience, attendees, minutesDue: due },
      { visibility: audience },
    )
    if (minutes === undefined) return [held]
    return [held, minutesRecorded(minutesOf({ ...command, text: minutes }), { visibility: audience })]
  },
})
