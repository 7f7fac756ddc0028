import { engagements as contract } from '@rapport/contracts'
import { decision, of } from '@rapport/events'
import { importEngagementAdded, imports } from './events.ts'

export const addEngagement = decision(imports, 'add-engagement', {
  summary: 'Says, before its first fact, that an import brings facts about an engagement; again does nothing.',
  rules: [],
  roles: ['pm', 'admin', 'system'],
  command: contract.ImportEngagementAdded.shape,
  errors: { ended: 'The import has ended.' },
  example: { engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab' },
  facts: (command) => ({ engagement: of(contract.engagementFact, command.engagement) }),
  decide(state, command, { refuse }) {
    if (state.ended) return refuse('ended')
    return state.engagements.includes(command.engagement) ? [] : [importEngagementAdded(command)]
  },
})
