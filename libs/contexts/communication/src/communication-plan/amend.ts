import { decision, isBefore } from '@rapport/events'
import { communicationPlan, communicationPlanAmended } from './events.ts'
import { termErrors, termsAsked, termsOf } from './terms.ts'

export const amend = decision(communicationPlan, 'amend', {
  summary: 'Agrees the whole plan anew, from now on; slots of the past are judged by the plan that was in force then.',
  rules: ['I-15', 'I-23', 'I-27', 'I-29'],
  roles: ['pm'],
  command: termsAsked,
  errors: {
    ...termErrors,
    'before-last-version': 'The plan was agreed anew after that.',
    'slots-judged': 'A slot that was planned later was judged by the plan as it stood.',
  },
  example: {
    cadences: [
      {
        name: 'Weekly meeting',
        kind: 'meeting',
        every: { unit: 'weeks', n: 2 },
        weekday: 'fri',
        at: '09:30',
        from: '2026-05-01',
        toleranceDays: 1,
        audience: 'client',
      },
    ],
    silenceLimitDays: 20,
    reason: 'Go-live is behind us.',
  },
  decide(state, command, { occurred, refuse }) {
    const last = state.versions.at(-1)!
    if (isBefore(occurred, { occurredAt: last.from })) return refuse('before-last-version')
    if (occurred.occurredAt <= state.judgedTo) return refuse('slots-judged')
    return [communicationPlanAmended(termsOf(command, last.zone, refuse))]
  },
})
