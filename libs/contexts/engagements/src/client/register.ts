import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { client, clientRegistered } from './events.ts'

export const register = decision(client, 'register', {
  summary: 'Registers an organisation as a client.',
  creates: true,
  rules: [],
  roles: ['pm', 'admin'],
  command: contract.ClientRegistered.shape,
  errors: {},
  example: { name: 'Riverside Council' },
  decide: (_, command) => [clientRegistered(command)],
})
