import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { importCompleted, imports } from './events.ts'

export const complete = decision(imports, 'complete', {
  summary: 'Ends an import that read its whole file, with what became of the rows.',
  rules: [],
  roles: ['pm', 'admin', 'system'],
  command: contract.ImportCompleted.shape,
  errors: {
    ended: 'The import has ended.',
    'counts-do-not-add-up': 'rows is not the sum of recorded, unchanged and rejected.',
  },
  example: { rows: 100, recorded: 96, unchanged: 3, rejected: 1 },
  decide(state, command, { refuse }) {
    if (state.ended) return refuse('ended')
    const { rows, recorded, unchanged, rejected } = command
    if (rows !== recorded + unchanged + rejected) return refuse('counts-do-not-add-up')
    return [importCompleted(command)]
  },
})
