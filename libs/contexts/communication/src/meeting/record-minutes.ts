import { decision, isBefore } from '@rapport/events'
import { meeting, minutesRecorded } from './events.ts'
import { askOwners, checkOwners, minutesAsked, minutesOf, ownerErrors } from './minutes.ts'

export const recordMinutes = decision(meeting, 'record-minutes', {
  summary: 'Puts the minutes of a meeting on file: what was said, decided, asked for in passing, and who does what.',
  rules: ['I-20', 'I-22'],
  roles: ['pm'],
  command: minutesAsked,
  errors: {
    ...ownerErrors,
    'not-held': 'The meeting was not held.',
    'before-meeting': 'Minutes follow the meeting.',
    'already-recorded': 'The meeting has minutes; they can be corrected.',
  },
  example: {
    text: 'Anna reported on the migration. Two of five tables are done.',
    agenda: ['Migration', 'Training'],
    decisions: ['The training comes before go-live.'],
    verbalRequests: ['A list of all open invoices on the first page.'],
    actions: [{ owner: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab', what: 'Send the training plan', due: '2026-03-11' }],
  },
  facts: (command) => askOwners(command.actions),
  decide({ held, minutes, overdue, audience }, command, { facts, occurred, refuse }) {
    if (held === undefined) return refuse('not-held')
    if (minutes !== undefined) return refuse('already-recorded')
    if (isBefore(occurred, held)) return refuse('before-meeting')
    checkOwners(facts, command.actions, refuse)
    return [
      minutesRecorded(minutesOf(command), {
        visibility: audience,
        ...(overdue !== undefined && { answers: [overdue] }),
      }),
    ]
  },
})
