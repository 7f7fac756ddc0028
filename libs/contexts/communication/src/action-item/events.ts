import { communication as contract, engagements } from '@rapport/contracts'
import { event, stream } from '@rapport/events'
import type { ActionItem } from './state.ts'

// Whoever sees the item sees all of it: its audience is that of its meeting, or what was said when it was assigned.

export const actionItemAssigned = event(contract.ActionItemAssigned, {
  visibility: 'command',
  say: { en: '{owner} is to do something until {due}', zh: '{owner}须在{due}前完成一项行动' },
  show: ['what'],
  evolve: (_: ActionItem, e): ActionItem => ({ ...e, status: 'open', carriedOver: 0 }),
})

export const actionItemCompleted = event(contract.ActionItemCompleted, {
  visibility: 'command',
  say: { en: 'The action item is done: {self}', zh: '行动项已完成：{self}' },
  show: ['evidence'],
  evolve: (s: ActionItem): ActionItem => ({ ...s, status: 'completed' }),
})

export const actionItemCarriedOver = event(contract.ActionItemCarriedOver, {
  visibility: 'command',
  say: {
    en: 'The action item was carried over to {due}, {times} times by now: {self}',
    zh: '行动项顺延至{due}，累计{times}次：{self}',
  },
  show: ['reason'],
  evolve: (s: ActionItem, { due, times }): ActionItem => ({ ...s, due, carriedOver: times }),
})

export const actionItemEscalated = event(contract.ActionItemEscalated, {
  visibility: 'internal',
  say: {
    en: 'The action item was carried over {times} times where {limit} are agreed: {self}',
    zh: '行动项已顺延{times}次，约定上限为{limit}次：{self}',
  },
  evolve: (s: ActionItem): ActionItem => s,
})

export const actionItemCancelled = event(contract.ActionItemCancelled, {
  visibility: 'command',
  say: { en: 'The action item was cancelled: {self}', zh: '行动项已取消：{self}' },
  show: ['reason'],
  evolve: (s: ActionItem): ActionItem => ({ ...s, status: 'cancelled' }),
})

export const actionItem = stream<ActionItem>('communication.action-item', {
  initial: undefined as never,
  events: [actionItemAssigned, actionItemCompleted, actionItemCarriedOver, actionItemEscalated, actionItemCancelled],
  scope: engagements.inEngagement,
  label: (s) => s.what,
})
