import { engagements as contract } from '@rapport/contracts'
import { event, stream } from '@rapport/events'
import type { Stakeholder } from './state.ts'

// All of them are for the client too: a view that showed a right given and not its withdrawal would mislead.

export const stakeholderAdded = event(contract.StakeholderAdded, {
  visibility: 'client',
  say: (e) =>
    e.side === 'client'
      ? { en: '{person} joined on the client’s side as {role}', zh: '{person}以{role}身份加入客户方' }
      : { en: '{person} joined on our side as {role}', zh: '{person}以{role}身份加入我方' },
  show: ['contact'],
  evolve: (_: Stakeholder, { person, side, rights }) => ({ person, side, rights, removed: false }),
})

export const stakeholderRightGranted = event(contract.StakeholderRightGranted, {
  visibility: 'client',
  say: { en: '{self} may now {right}', zh: '{self}获授权{right}' },
  evolve: (s: Stakeholder, e) => ({ ...s, rights: [...s.rights, e.right] }),
})

export const stakeholderRightRevoked = event(contract.StakeholderRightRevoked, {
  visibility: 'client',
  say: { en: '{self} may no longer {right}', zh: '{self}不再有权{right}' },
  show: ['reason'],
  evolve: (s: Stakeholder, e) => ({ ...s, rights: s.rights.filter((right) => right !== e.right) }),
})

export const stakeholderRemoved = event(contract.StakeholderRemoved, {
  visibility: 'client',
  say: { en: '{self} left the engagement', zh: '{self}退出项目' },
  show: ['reason'],
  evolve: (s: Stakeholder) => ({ ...s, removed: true, rights: [] }),
})

export const stakeholder = stream<Stakeholder>('engagements.stakeholder', {
  initial: undefined as never,
  events: [stakeholderAdded, stakeholderRightGranted, stakeholderRightRevoked, stakeholderRemoved],
  scope: contract.inEngagement,
  label: (s) => ({ stream: 'engagements.person', id: s.person }),
})
