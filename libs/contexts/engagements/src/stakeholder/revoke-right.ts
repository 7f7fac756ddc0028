import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { stakeholder, stakeholderRightRevoked } from './events.ts'

export const revokeRight = decision(stakeholder, 'revoke-right', {
  summary: 'Takes a right back from a stakeholder; what was done under it stands.',
  rules: ['I-03'],
  roles: ['pm', 'admin'],
  command: contract.StakeholderRightRevoked.shape,
  errors: {
    removed: 'The stakeholder was removed.',
    'not-held': 'The stakeholder does not hold this right.',
  },
  example: { right: 'approve-changes', reason: 'The budget went to another department.' },
  decide(state, command, { refuse }) {
    if (state.removed) return refuse('removed')
    if (!state.rights.includes(command.right)) return refuse('not-held')
    return [stakeholderRightRevoked(command)]
  },
})
