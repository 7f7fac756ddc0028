import { engagements as contract } from '@rapport/contracts'
import { event, stream } from '@rapport/events'
import type { Client } from './state.ts'

export const clientRegistered = event(contract.ClientRegistered, {
  visibility: 'internal',
  say: { en: '{name} was registered as a client', zh: '{name}登记为客户' },
  evolve: (_: Client, e) => ({ name: e.name, retired: false }),
})

export const clientRenamed = event(contract.ClientRenamed, {
  visibility: 'internal',
  say: { en: 'The client was renamed {name}', zh: '客户更名为{name}' },
  evolve: (s: Client, e) => ({ ...s, name: e.name }),
})

export const clientRetired = event(contract.ClientRetired, {
  visibility: 'internal',
  say: { en: '{self} was retired as a client: {reason}', zh: '{self}不再作为客户：{reason}' },
  evolve: (s: Client) => ({ ...s, retired: true }),
})

export const client = stream<Client>('engagements.client', {
  initial: undefined as never,
  events: [clientRegistered, clientRenamed, clientRetired],
  scope: { level: 'client' },
  label: (s) => s.name,
})
