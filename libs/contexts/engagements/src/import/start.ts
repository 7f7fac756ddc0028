import { decision } from '@rapport/events'
import { imports, importStarted } from './events.ts'

export const start = decision(imports, 'start', {
  summary: 'Begins an import, or goes on with the open one of the same source and mapping.',
  creates: true,
  rules: [],
  roles: ['pm', 'admin', 'system'],
  command: importStarted.shape,
  errors: {},
  example: { source: 'boston311', mapping: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  identity: ({ source, mapping }) => ({ label: 'import', value: `${mapping} ${source}` }),
  decide: (state, command) => (state === undefined ? [importStarted(command)] : []),
})
