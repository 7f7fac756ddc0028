import { communication as contract, engagements } from '@rapport/contracts'
import { decision, of } from '@rapport/events'
import { communicationPlan, communicationPlanDefined } from './events.ts'
import { termErrors, termsAsked, termsOf } from './terms.ts'

const { reason: _, ...terms } = termsAsked

export const define = decision(communicationPlan, 'define', {
  summary:
    'Agrees how often client and team meet, report and call, and how long they may be silent; one plan an engagement.',
  creates: true,
  rules: ['I-15', 'I-23', 'I-27', 'I-29'],
  roles: ['pm'],
  command: { engagement: contract.CommunicationPlanDefined.shape.engagement, ...terms },
  errors: {
    ...termErrors,
    'already-defined': 'The engagement has a plan; `id` names it, and it can be amended.',
    'engagement-closed': 'The engagement is closed.',
  },
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    cadences: [
      {
        name: 'Weekly meeting',
        kind: 'meeting',
        every: { unit: 'weeks', n: 1 },
        weekday: 'wed',
        at: '10:00',
        from: '2026-03-04',
        toleranceDays: 1,
        audience: 'client',
      },
    ],
    silenceLimitDays: 10,
    carryOverLimit: 2,
    workweek: ['mon', 'tue', 'wed', 'thu', 'fri'],
  },
  identity: (command) => contract.planIdentity(command.engagement),
  facts: (command) => ({ engagement: of(engagements.engagementFact, command.engagement) }),
  decide(state, command, { facts, id, refuse }) {
    if (state !== undefined) return refuse('already-defined', { id })
    if (facts.engagement.closed) return refuse('engagement-closed')
    return [communicationPlanDefined(termsOf(command, facts.engagement.zone, refuse))]
  },
})
