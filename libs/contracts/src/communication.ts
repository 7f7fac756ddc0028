import { choice, fact, fieldLimits, instant, onEvent, personal, publicEvent, ref, text } from '@rapport/events'
import type { Ref } from '@rapport/events'
import { z } from 'zod'
import { channel } from './communication/channel.ts'

export * from './communication/action-item.ts'
export * from './communication/channel.ts'
export * from './communication/meeting.ts'
export * from './communication/plan.ts'
export * from './communication/report.ts'
export * from './communication/review.ts'

// ── disclosure ────────────────────────────────────────────────────────────────────────────────────────────────────
export const disclosureKind = choice({
  'progress-problem': { en: 'a progress problem', zh: '进度问题' },
  risk: { en: 'a risk', zh: '风险' },
  challenge: { en: 'a challenge', zh: '挑战' },
  delay: { en: 'a delay', zh: '延期' },
  defect: { en: 'a defect', zh: '缺陷' },
})
/** Who brought the matter up first (I-31). */
export const raisedBy = choice({ us: { en: 'us', zh: '我方' }, client: { en: 'the client', zh: '客户' } })

const matter = {
  kind: disclosureKind,
  subject: personal('engagement', text(fieldLimits.line)),
  impact: personal('engagement', text(fieldLimits.text)),
  countermeasure: personal('engagement', text(fieldLimits.text)),
  /** When our side knew of it: bad-news latency runs from here to the disclosure. */
  identifiedAt: instant(),
  raisedBy,
}
/** Something the client does not want to hear, told all the same. */
export const DisclosureMade = publicEvent('communication.disclosure', 'DisclosureMade', 1, {
  engagement: ref('engagements.engagement'),
  ...matter,
})
export const DisclosureAcknowledged = publicEvent('communication.disclosure', 'DisclosureAcknowledged', 1, {
  stakeholder: ref('engagements.stakeholder'),
  heardBefore: z.boolean(),
  note: personal('engagement', text(2000)).optional(),
})
export const DisclosureCorrected = publicEvent('communication.disclosure', 'DisclosureCorrected', 1, {
  kind: matter.kind.optional(),
  subject: matter.subject.optional(),
  impact: matter.impact.optional(),
  countermeasure: matter.countermeasure.optional(),
  identifiedAt: matter.identifiedAt.optional(),
  raisedBy: matter.raisedBy.optional(),
  reason: personal('engagement', text(2000)),
})

export const disclosureFact = fact(
  'communication.disclosure',
  { engagement: undefined as Ref<'engagements.engagement'> | undefined },
  [onEvent(DisclosureMade, (_, e) => ({ engagement: e.engagement }))],
)

// ── interaction ───────────────────────────────────────────────────────────────────────────────────────────────────
export const direction = choice({
  inbound: { en: 'from the client', zh: '来自客户' },
  outbound: { en: 'to the client', zh: '发往客户' },
})

const contact = {
  channel,
  direction,
  participants: z.array(ref('engagements.stakeholder')).min(1).max(100).optional(),
  summary: personal('engagement', text(fieldLimits.text)),
}
/** One contact between the client and us. */
export const InteractionLogged = publicEvent('communication.interaction', 'InteractionLogged', 1, {
  engagement: ref('engagements.engagement'),
  ...contact,
})
export const InteractionCorrected = publicEvent('communication.interaction', 'InteractionCorrected', 1, {
  channel: contact.channel.optional(),
  direction: contact.direction.optional(),
  participants: contact.participants,
  summary: contact.summary.optional(),
  reason: personal('engagement', text(2000)),
})
