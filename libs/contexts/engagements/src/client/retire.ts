import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { client, clientRetired } from './events.ts'

export const retire = decision(client, 'retire', {
  summary: 'Retires a client: no engagement can be opened for it any more.',
  rules: [],
  roles: ['admin'],
  command: contract.ClientRetired.shape,
  errors: { 'already-retired': 'The client was retired before.' },
  example: { reason: 'dissolved' },
  decide(state, command, { refuse }) {
    if (state.retired) return refuse('already-retired')
    return [clientRetired(command)]
  },
})
