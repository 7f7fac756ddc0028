import { decision, isBefore } from '@rapport/events'
import { meeting, minutesOverdue as recorded } from './events.ts'

export const minutesOverdue = decision(meeting, 'minutes-overdue', {
  summary: 'The clock records that a meeting had no minutes two working days after it was held.',
  rules: ['I-20'],
  roles: ['system'],
  command: {},
  errors: {
    'not-held': 'The meeting was not held.',
    'in-time': 'Its minutes were recorded in time.',
    'not-due': 'Two working days have not passed.',
    'already-recorded': 'It was recorded before that they are overdue.',
  },
  example: {},
  decide({ minutesDue: due, minutes, overdue }, _, { occurred, refuse }) {
    if (due === undefined) return refuse('not-held')
    if (minutes !== undefined && !isBefore({ occurredAt: due }, minutes)) return refuse('in-time')
    if (overdue !== undefined) return refuse('already-recorded')
    if (isBefore(occurred, { occurredAt: due })) return refuse('not-due')
    return [recorded({ due })]
  },
})
