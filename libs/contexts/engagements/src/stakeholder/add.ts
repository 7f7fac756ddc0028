import { engagements as contract } from '@rapport/contracts'
import { decision, of } from '@rapport/events'
import { stakeholder, stakeholderAdded } from './events.ts'

export const add = decision(stakeholder, 'add', {
  summary: 'Adds a person to an engagement, on the client’s side or ours, with what it may do in the client’s name.',
  creates: true,
  rules: ['I-03'],
  roles: ['pm', 'admin'],
  command: contract.StakeholderAdded.shape,
  errors: {
    'person-erased': 'The person is erased.',
    'engagement-closed': 'The engagement is closed.',
    'not-a-client': 'Only a stakeholder on the client’s side can hold a right.',
  },
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    person: '0192f0c1-7b7a-7c3e-8b8a-1234567890ac',
    side: 'client',
    role: 'Head of IT',
    contact: '+49 30 1234567',
    rights: ['accept-deliverables'],
  },
  facts: (command) => ({
    engagement: of(contract.engagementFact, command.engagement),
    person: of(contract.personFact, command.person),
  }),
  decide(_, command, { facts, refuse }) {
    if (facts.person.erased) return refuse('person-erased')
    if (facts.engagement.closed) return refuse('engagement-closed')
    if (command.side !== 'client' && command.rights.length > 0) return refuse('not-a-client')
    return [stakeholderAdded({ ...command, rights: [...new Set(command.rights)] })]
  },
})
