import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { importAbandoned, imports } from './events.ts'

export const abandon = decision(imports, 'abandon', {
  summary: 'Ends an import that nobody will go on with; what it recorded stays.',
  rules: [],
  roles: ['pm', 'admin', 'system'],
  command: contract.ImportAbandoned.shape,
  errors: { ended: 'The import has ended.' },
  example: { reason: 'wrong-file' },
  decide(state, command, { refuse }) {
    if (state.ended) return refuse('ended')
    return [importAbandoned(command)]
  },
})
