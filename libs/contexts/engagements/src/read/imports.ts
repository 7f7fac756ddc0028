import type { z } from 'zod'
import { oneOf, readModel } from '@rapport/events'
import { importAbandoned, importCompleted, importEngagementAdded, importStarted } from '../import/events.ts'

const status = oneOf('open', 'completed', 'abandoned')

interface Listed {
  readonly source: string
  readonly status: z.output<typeof status>
  readonly startedAt: string
  readonly engagements: readonly string[]
  readonly counts?: {
    readonly rows: number
    readonly recorded: number
    readonly unchanged: number
    readonly rejected: number
  }
}

/** Every import: what it brought, and which engagements an open one still brings facts about. */
export const imports = readModel({
  name: 'imports',
  version: 1,
  summary: 'Imports with their source, their engagements and what became of their rows.',
  scope: 'tenant',
  audience: ['internal'],
  on: [importStarted, importEngagementAdded, importCompleted, importAbandoned],
  evolve(doc: Listed | undefined, event): Listed {
    switch (event.type) {
      case 'ImportStarted':
        return { source: event.data.source, status: 'open', startedAt: event.occurredAt, engagements: [] }
      case 'ImportEngagementAdded':
        return { ...doc!, engagements: [...doc!.engagements, event.data.engagement] }
      case 'ImportCompleted':
        return { ...doc!, status: 'completed', counts: event.data }
      case 'ImportAbandoned':
        return { ...doc!, status: 'abandoned' }
    }
  },
  indexes: [
    [
      { field: 'status', type: 'string' },
      { field: 'startedAt', type: 'string' },
    ],
    [{ field: 'startedAt', type: 'string' }],
  ],
  list: { filters: { status }, sort: { field: 'startedAt', direction: 'desc' } },
})
