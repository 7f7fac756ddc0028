import { communication as contract, engagements } from '@rapport/contracts'
import { decision, of } from '@rapport/events'
import { disclosure, disclosureAcknowledged } from './events.ts'

export const acknowledge = decision(disclosure, 'acknowledge', {
  summary: 'The client confirms having read a disclosure and says whether it was news.',
  rules: ['I-30', 'I-31'],
  roles: ['client'],
  command: contract.DisclosureAcknowledged.shape,
  errors: {
    'not-a-client': 'Only a stakeholder on the client’s side can acknowledge.',
    'not-yourself': 'A stakeholder can acknowledge only for itself.',
    'already-acknowledged': 'This stakeholder acknowledged it before.',
  },
  example: { stakeholder: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab', heardBefore: false },
  facts: (command) => ({ who: of(engagements.stakeholderFact, command.stakeholder) }),
  decide(state, command, { actor, facts, refuse }) {
    if (facts.who.side !== 'client' || facts.who.removed) return refuse('not-a-client')
    if (actor.stakeholder !== command.stakeholder) return refuse('not-yourself')
    if (state.acknowledgedBy.includes(command.stakeholder)) return refuse('already-acknowledged')
    return [disclosureAcknowledged(command)]
  },
})
