import { decision, isBefore } from '@rapport/events'
import { meeting, meetingMissed } from './events.ts'

export const miss = decision(meeting, 'miss', {
  summary: 'The clock records that a meeting was neither held, cancelled nor moved by the end of its tolerance.',
  rules: [],
  roles: ['system'],
  command: {},
  errors: {
    'not-waiting': 'The meeting was cancelled, held in time, or never scheduled.',
    'not-due': 'Its tolerance has not passed.',
    'already-missed': 'It was recorded as missed before.',
  },
  example: {},
  decide({ stands, planned, held, missed }, _, { occurred, refuse }) {
    if (planned === undefined || stands === 'cancelled') return refuse('not-waiting')
    const due = planned.missedAfter
    if (held !== undefined && !isBefore({ occurredAt: due }, held)) return refuse('not-waiting')
    if (missed !== undefined) return refuse('already-missed')
    if (isBefore(occurred, { occurredAt: due })) return refuse('not-due')
    return [meetingMissed({ due })]
  },
})
