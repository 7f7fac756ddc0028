import { engagements as contract } from '@rapport/contracts'
import { corrected, event, mark, stream } from '@rapport/events'
import type { Person } from './state.ts'

export const personRegistered = event(contract.PersonRegistered, {
  visibility: 'internal',
  say: { en: '{name} was registered as a person', zh: '{name}登记为人员' },
  evolve: (_: Person, e, about) => ({ ...e, registered: mark(about), erased: false }),
})

export const personCorrected = event(contract.PersonCorrected, {
  visibility: 'internal',
  say: { en: 'The person’s details were corrected', zh: '人员信息已更正' },
  show: ['name', 'mail'],
  evolve: (s: Person, e, about) => ({ ...s, ...e, registered: corrected(s.registered, about) }),
})

export const personMerged = event(contract.PersonMerged, {
  visibility: 'internal',
  say: { en: 'The person turned out to be {into} and was merged', zh: '此人与{into}为同一人，已合并' },
  evolve: (s: Person, e) => ({ ...s, mergedInto: e.into }),
})

export const personErasureRequested = event(contract.PersonErasureRequested, {
  visibility: 'internal',
  say: { en: 'The erasure of the person’s data was requested: {basis}', zh: '已申请删除此人的数据：{basis}' },
  evolve: (s: Person, e, about) => ({ ...s, request: { by: about.actor.id, basis: e.basis } }),
})

export const personErased = event(contract.PersonErased, {
  visibility: 'internal',
  say: { en: 'The person’s data were erased: {basis}', zh: '此人的数据已删除：{basis}' },
  destroysKey: true,
  evolve: (s: Person) => ({ ...s, erased: true }),
})

export const person = stream<Person>('engagements.person', {
  initial: undefined as never,
  events: [personRegistered, personCorrected, personMerged, personErasureRequested, personErased],
  scope: { level: 'tenant' },
  plural: 'persons',
  label: (s) => s.name,
  released: (s) => s.erased,
})
