import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { client, clientRenamed } from './events.ts'

export const rename = decision(client, 'rename', {
  summary: 'Gives a client another name; the earlier one stays on record.',
  rules: [],
  roles: ['pm', 'admin'],
  command: contract.ClientRenamed.shape,
  errors: {
    retired: 'The client is retired.',
    'nothing-changes': 'The client is called so already.',
  },
  example: { name: 'Riverside City Council' },
  decide(state, command, { refuse }) {
    if (state.retired) return refuse('retired')
    if (command.name === state.name) return refuse('nothing-changes')
    return [clientRenamed(command)]
  },
})
