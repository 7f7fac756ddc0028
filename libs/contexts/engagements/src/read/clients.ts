import { fieldLimits, readModel, text } from '@rapport/events'
import { clientRegistered, clientRenamed, clientRetired } from '../client/events.ts'

interface Listed {
  readonly name: string
  readonly status: 'active' | 'retired'
}

/** Every client of the tenant, by name. */
export const clients = readModel({
  name: 'clients',
  version: 1,
  summary: 'Clients and whether we still work for them.',
  scope: 'tenant',
  audience: ['internal'],
  on: [clientRegistered, clientRenamed, clientRetired],
  evolve(doc: Listed | undefined, event): Listed {
    return event.type === 'ClientRetired'
      ? { ...doc!, status: 'retired' }
      : { status: 'active', ...doc, name: event.data.name }
  },
  indexes: [[{ field: 'name', type: 'string' }]],
  list: { filters: { name: text(fieldLimits.name) }, sort: { field: 'name', direction: 'asc' } },
})
