import type { z } from 'zod'
import type { engagements as contract } from '@rapport/contracts'
import { fieldLimits, oneOf, readModel, text, type Stored } from '@rapport/events'
import { engagementClosed, engagementOpened } from '../engagement/events.ts'

const status = oneOf('open', 'closed')

interface Listed extends Stored<typeof contract.EngagementOpened.shape> {
  readonly status: z.output<typeof status>
  readonly openedAt: string
  readonly closedAt?: string
  /** What the system that it was imported from calls it. */
  readonly reference?: string
}

/** Every engagement of the tenant, by name. */
export const engagements = readModel({
  name: 'engagements',
  version: 1,
  summary: 'Engagements with their client, manager, zone and whether they are open.',
  scope: 'tenant',
  audience: ['internal'],
  on: [engagementOpened, engagementClosed],
  evolve(doc: Listed | undefined, event): Listed {
    if (event.type === 'EngagementClosed') return { ...doc!, status: 'closed', closedAt: event.occurredAt }
    const { reference } = event.meta.import ?? {}
    return { ...event.data, status: 'open', openedAt: event.occurredAt, ...(reference !== undefined && { reference }) }
  },
  indexes: [
    [{ field: 'name', type: 'string' }],
    [{ field: 'reference', type: 'string' }],
    [
      { field: 'status', type: 'string' },
      { field: 'name', type: 'string' },
    ],
  ],
  list: {
    filters: { name: text(fieldLimits.name), reference: text(fieldLimits.line), status },
    sort: { field: 'name', direction: 'asc' },
  },
})
