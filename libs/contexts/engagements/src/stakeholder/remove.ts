import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { stakeholder, stakeholderRemoved } from './events.ts'

export const remove = decision(stakeholder, 'remove', {
  summary: 'Ends a person’s role in an engagement, and with it every right.',
  rules: ['I-03'],
  roles: ['pm', 'admin'],
  command: contract.StakeholderRemoved.shape,
  errors: { removed: 'The stakeholder was removed.' },
  example: { reason: 'She left the council.' },
  decide(state, command, { refuse }) {
    if (state.removed) return refuse('removed')
    return [stakeholderRemoved(command)]
  },
})
