import { communication as contract } from '@rapport/contracts'
import { decision, isBefore } from '@rapport/events'
import { meeting, meetingCancelled } from './events.ts'

export const cancel = decision(meeting, 'cancel', {
  summary: 'Cancels a meeting before it starts.',
  rules: [],
  roles: ['pm'],
  command: contract.MeetingCancelled.shape,
  errors: {
    'not-scheduled': 'The meeting was held or cancelled.',
    'already-started': 'The meeting should have started by then.',
  },
  example: { reason: 'Everything was settled in writing.' },
  decide({ stands, planned, missed, audience }, command, { occurred, refuse }) {
    if (stands !== 'scheduled') return refuse('not-scheduled')
    if (!isBefore(occurred, { occurredAt: planned!.startsAt })) return refuse('already-started')
    return [meetingCancelled(command, { visibility: audience, ...(missed && { answers: [missed.event] }) })]
  },
})
