import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { stakeholder, stakeholderRightGranted } from './events.ts'

export const grantRight = decision(stakeholder, 'grant-right', {
  summary: 'Lets a stakeholder accept, approve or sign in the client’s name from now on.',
  rules: ['I-03'],
  roles: ['pm', 'admin'],
  command: contract.StakeholderRightGranted.shape,
  errors: {
    removed: 'The stakeholder was removed.',
    'not-a-client': 'Only a stakeholder on the client’s side can hold a right.',
    'already-held': 'The stakeholder holds this right.',
  },
  example: { right: 'approve-changes' },
  decide(state, command, { refuse }) {
    if (state.removed) return refuse('removed')
    if (state.side !== 'client') return refuse('not-a-client')
    if (state.rights.includes(command.right)) return refuse('already-held')
    return [stakeholderRightGranted(command)]
  },
})
