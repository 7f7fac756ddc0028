import type { z } from 'zod'
import { dueState } from '@rapport/business-time'
import type { communication as contract } from '@rapport/contracts'
import { dayEnd, oneOf, readModel, ref, type Stored } from '@rapport/events'
import {
  actionItemAssigned,
  actionItemCancelled,
  actionItemCarriedOver,
  actionItemCompleted,
  actionItemEscalated,
} from '../action-item/events.ts'

const status = oneOf('open', 'completed', 'cancelled')

export interface ActionItem extends Omit<Stored<typeof contract.ActionItemAssigned.shape>, 'engagement'> {
  readonly status: z.output<typeof status>
  /** As first agreed: never overwritten. */
  readonly firstDue: string
  readonly assignedAt: string
  readonly carriedOver: number
  readonly escalated: boolean
  /** When it was completed or cancelled. */
  readonly closedAt?: string
  readonly evidence?: unknown
  readonly events: readonly string[]
}

/** Who is to do what until when, and how often that day moved. */
export const actionItems = readModel({
  name: 'action-items',
  version: 1,
  summary:
    'Action items: who is to do what until which day, as first agreed and now, and whether it is done, due or overdue.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [actionItemAssigned, actionItemCompleted, actionItemCarriedOver, actionItemEscalated, actionItemCancelled],
  evolve(doc: ActionItem | undefined, event): ActionItem | 'delete' {
    const { occurredAt: at, id } = event
    if (event.type === 'ActionItemAssigned') {
      const { engagement: _, ...item } = event.data
      const open = { status: 'open', carriedOver: 0, escalated: false } as const
      return { ...item, ...open, firstDue: item.due, assignedAt: at, events: [id] }
    }
    if (doc === undefined) return 'delete'
    const next = { ...doc, events: [...doc.events, id] }
    switch (event.type) {
      case 'ActionItemCompleted':
        return { ...next, ...event.data, status: 'completed', closedAt: at }
      case 'ActionItemCarriedOver':
        return { ...next, due: event.data.due, carriedOver: event.data.times }
      case 'ActionItemEscalated':
        return { ...next, escalated: true }
      case 'ActionItemCancelled':
        return { ...next, status: 'cancelled', closedAt: at }
    }
  },
  tell: (item, { now, zone }) =>
    item.status === 'open' ? { ...item, state: stateOf(dayEnd(item.due, zone), now, zone) } : item,
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'due', type: 'string' },
      { field: 'status', type: 'string' },
      { field: 'owner', type: 'string' },
    ],
  ],
  list: { filters: { status, owner: ref('engagements.person') }, sort: { field: 'due', direction: 'asc' } },
})

/** Whether something due at an instant is due later, today or overdue. */
export const stateOf = (due: string, now: string, zone: string): 'later' | 'today' | 'overdue' =>
  dueState(Temporal.Instant.from(due), Temporal.Instant.from(now), zone).state
