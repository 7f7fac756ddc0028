import { engagements as contract } from '@rapport/contracts'
import { corrected, event, mark, ref, stream } from '@rapport/events'
import type { Person } from './state.ts'

export const personRegistered = event(contract.PersonRegistered, {
  visibility: 'internal',
  say: { en: '{name} was registered as a person', zh: '{name}登记为人员' },
  evolve: (_: Person, e, about) => ({ ...e, registered: mark(about), erased: false }),
})

export const personCorrected = event(contract.PersonCorrected, {
  visibility: 'internal',
  say: { en: 'The details of {self} were corrected', zh: '{self}的信息已更正' },
  show: ['name', 'mail'],
  evolve: (s: Person, e, about) => ({ ...s, ...e, registered: corrected(s.registered, about) }),
})

export const personMerged = event(contract.PersonMerged, {
  visibility: 'internal',
  say: { en: '{self} and {into} turned out to be the same person', zh: '{self}与{into}为同一人，已合并' },
  evolve: (s: Person, e) => ({ ...s, mergedInto: e.into }),
})

export const personMergeReversed = event(contract.PersonMergeReversed, {
  visibility: 'internal',
  say: {
    en: '{self} goes on: {into} was merged into it at the same moment, so its own merge was taken back',
    zh: '{self}继续使用：{into}在同一时刻并入本记录，本记录的合并已撤回',
  },
  evolve: ({ mergedInto: _, ...s }: Person) => s,
})

/** The other side of a merge, so that an erasure knows all records of the person. */
export const personAbsorbed = event(
  'PersonAbsorbed',
  1,
  { person: ref('engagements.person') },
  {
    visibility: 'internal',
    publish: 'none',
    say: { en: '{self} goes by another record as well', zh: '{self}另有一份记录' },
    evolve: (s: Person, e) => ({ ...s, absorbed: [...(s.absorbed ?? []), e.person] }),
  },
)

export const personErasureRequested = event(contract.PersonErasureRequested, {
  visibility: 'internal',
  say: { en: 'The erasure of {self} was requested: {basis}', zh: '已申请清除{self}的数据：{basis}' },
  evolve: (s: Person, e, about) => ({ ...s, request: { by: about.actor.id, basis: e.basis } }),
})

export const personErased = event(contract.PersonErased, {
  visibility: 'internal',
  say: { en: 'The data of a person were erased: {basis}', zh: '一名人员的数据已清除：{basis}' },
  destroysKey: true,
  evolve: (s: Person) => ({ ...s, erased: true }),
})

export const person = stream<Person>('engagements.person', {
  initial: undefined as never,
  events: [
    personRegistered,
    personCorrected,
    personMerged,
    personMergeReversed,
    personAbsorbed,
    personErasureRequested,
    personErased,
  ],
  scope: { level: 'tenant' },
  plural: 'persons',
  label: (s) => s.name,
  released: (s) => s.erased,
})
