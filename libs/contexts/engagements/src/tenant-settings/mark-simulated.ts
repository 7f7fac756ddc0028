import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { tenantSettings, tenantMarkedSimulated } from './events.ts'

export const markSimulated = decision(tenantSettings, 'mark-simulated', {
  summary: 'Marks the tenant as made up, for ever; nothing real is imported into it.',
  rules: [],
  roles: ['system'],
  command: contract.TenantMarkedSimulated.shape,
  errors: { 'already-simulated': 'The tenant is marked so already.' },
  example: {},
  decide(state, _, { refuse }) {
    if (state.simulated) return refuse('already-simulated')
    return [tenantMarkedSimulated({})]
  },
})
