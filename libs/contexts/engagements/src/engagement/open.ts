import { engagements as contract } from '@rapport/contracts'
import { decision, of } from '@rapport/events'
import { engagement, engagementOpened } from './events.ts'

export const open = decision(engagement, 'open', {
  summary: 'Opens a project for a client under a project manager.',
  creates: true,
  rules: [],
  roles: ['pm', 'admin'],
  command: contract.EngagementOpened.shape,
  errors: {
    'client-retired': 'The client is retired.',
    'manager-erased': 'The person who would manage it is erased.',
  },
  example: {
    client: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    name: 'Citizen portal',
    manager: '0192f0c1-7b7a-7c3e-8b8a-1234567890ac',
    start: '2026-03-02',
    zone: 'Europe/Berlin',
  },
  facts: (command) => ({
    client: of(contract.clientFact, command.client),
    manager: of(contract.personFact, command.manager),
  }),
  decide(_, command, { facts, refuse }) {
    if (facts.client.retired) return refuse('client-retired')
    if (facts.manager.erased) return refuse('manager-erased')
    return [engagementOpened(command)]
  },
})
