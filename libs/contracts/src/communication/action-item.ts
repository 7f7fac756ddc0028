import { date, fact, onEvent, personal, publicEvent, ref, text, whole } from '@rapport/events'
import type { Ref } from '@rapport/events'
import type { z } from 'zod'
import { audience } from './plan.ts'

const reason = personal('engagement', text(2000))
/** Something that one person is to do until a day. */
export const ActionItemAssigned = publicEvent('communication.action-item', 'ActionItemAssigned', 1, {
  engagement: ref('engagements.engagement'),
  what: personal('engagement', text(2000)),
  owner: ref('engagements.person'),
  due: date(),
  /** The meeting that it comes from. */
  meeting: ref('communication.meeting').optional(),
  audience,
})
export const ActionItemCompleted = publicEvent('communication.action-item', 'ActionItemCompleted', 1, {
  evidence: personal('engagement', text(2000)).optional(),
})
export const ActionItemCarriedOver = publicEvent('communication.action-item', 'ActionItemCarriedOver', 1, {
  due: date(),
  reason,
  /** How often it was by now. */
  times: whole(1, 1000),
})
/** Carried over more often than the plan allows (I-23). */
export const ActionItemEscalated = publicEvent('communication.action-item', 'ActionItemEscalated', 1, {
  times: whole(1, 1000),
  limit: whole(0, 20),
})
export const ActionItemCancelled = publicEvent('communication.action-item', 'ActionItemCancelled', 1, { reason })

export interface ActionItemKnown {
  readonly engagement: Ref<'engagements.engagement'> | undefined
  readonly audience: z.output<typeof audience>
}
const unknown: ActionItemKnown = { engagement: undefined, audience: 'internal' }
export const actionItemFact = fact('communication.action-item', unknown, [
  onEvent(ActionItemAssigned, (_, e) => ({ engagement: e.engagement, audience: e.audience })),
])
