import { communication as contract, engagements } from '@rapport/contracts'
import { decision, of } from '@rapport/events'
import { reportAcknowledged, statusReport } from './events.ts'

const { stakeholder, note } = contract.ReportAcknowledged.shape

export const acknowledge = decision(statusReport, 'acknowledge', {
  summary: 'The client confirms having received the last version of a report.',
  rules: ['I-24'],
  roles: ['client'],
  command: { stakeholder, note },
  errors: {
    'not-issued': 'The client was given no such report.',
    'not-a-client': 'Only a stakeholder on the client’s side can acknowledge.',
    'not-yourself': 'A stakeholder can acknowledge only for itself.',
    'already-acknowledged': 'This stakeholder acknowledged this version before.',
  },
  example: { stakeholder: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab' },
  facts: (command) => ({ who: of(engagements.stakeholderFact, command.stakeholder) }),
  decide({ version, audience, acknowledgedBy }, command, { actor, facts, refuse }) {
    // An internal report answers like one that was never issued.
    if (version === 0 || audience !== 'client') return refuse('not-issued')
    if (facts.who.side !== 'client' || facts.who.removed) return refuse('not-a-client')
    if (actor.stakeholder !== command.stakeholder) return refuse('not-yourself')
    if (acknowledgedBy.includes(command.stakeholder)) return refuse('already-acknowledged')
    return [reportAcknowledged({ ...command, version })]
  },
})
