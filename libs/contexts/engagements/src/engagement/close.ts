import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { engagement, engagementClosed } from './events.ts'

export const close = decision(engagement, 'close', {
  summary: 'Closes an engagement; what is learnt of it afterwards can still be recorded.',
  rules: [],
  roles: ['pm', 'admin'],
  command: contract.EngagementClosed.shape,
  errors: { 'already-closed': 'The engagement was closed before.' },
  example: { reason: 'Everything was delivered and accepted.' },
  decide(state, command, { refuse }) {
    if (state.closed) return refuse('already-closed')
    return [engagementClosed(command)]
  },
})
