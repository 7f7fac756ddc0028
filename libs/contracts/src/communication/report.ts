import {
  date,
  fact,
  instant,
  onEvent,
  personal,
  perhaps,
  publicEvent,
  ref,
  text,
  uuidPattern,
  whole,
} from '@rapport/events'
import type { Asked } from '@rapport/events'
import { z } from 'zod'
import { audience, cadenceName, planIdentity, ReportNotIssued, slotName } from './plan.ts'

const point = personal('engagement', text(2000))
const points = z.array(point).max(100)
const eventId = z.string().regex(uuidPattern)

/** The days that a report is about, both included, in the engagement's zone. */
export const reportPeriod = z.strictObject({ from: date(), to: date() })
/** What a report says in words (I-24). */
export const reportParts = {
  completed: points,
  inProgress: points,
  notDone: points,
  risks: z.array(z.strictObject({ risk: point, countermeasure: point })).max(100),
  challenges: z.array(z.strictObject({ challenge: point, countermeasure: point })).max(100),
  nextSteps: points,
}
/** What a report refers to. */
export const mentions = z.strictObject({
  meetings: z.array(ref('communication.meeting')).max(50).optional(),
  actionItems: z.array(ref('communication.action-item')).max(50).optional(),
  disclosures: z.array(ref('communication.disclosure')).max(50).optional(),
})
/** A number that says what it takes to derive it again (I-25); where there was nothing to measure it has no value. */
export const reportFigure = z.strictObject({
  measure: text(60),
  version: whole(1, 10_000),
  models: z.array(text(100)).max(20),
  value: text(40).optional(),
  n: whole(0, 1_000_000_000),
  /** The last event that was known. */
  last: eventId.optional(),
  /** The events behind it. */
  events: z.array(eventId).max(5_000),
})

const whose = {
  period: reportPeriod,
  audience,
  /** The cadence of the plan that it is of, and its slot there. */
  cadence: cadenceName.optional(),
  slot: slotName.optional(),
}
const content = {
  ...reportParts,
  mentions: mentions.optional(),
  /** The moment that its figures were asked as of. */
  asOf: instant(),
  figures: z.array(reportFigure).max(50),
}
/** A report that nobody was given yet. */
export const ReportDrafted = publicEvent('communication.status-report', 'ReportDrafted', 1, {
  engagement: ref('engagements.engagement'),
  ...whose,
  ...content,
})
/** Version 1 of a report, frozen, whole: its draft stays ours. */
export const ReportIssued = publicEvent('communication.status-report', 'ReportIssued', 1, { ...whose, ...content })
/** A later version, whole, with its figures asked anew; the one before it stays as it is. */
export const ReportCorrected = publicEvent('communication.status-report', 'ReportCorrected', 1, {
  version: whole(2, 1000),
  /** The event of the version before. */
  replaces: eventId,
  reason: point,
  ...content,
})
export const ReportAcknowledged = publicEvent('communication.status-report', 'ReportAcknowledged', 1, {
  stakeholder: ref('engagements.stakeholder'),
  version: whole(1, 1000),
  note: point.optional(),
})

/** A report that the clock found missing: cadence, slot, and the event that says so. */
export interface ReportMissing {
  readonly cadence: string
  readonly slot: string
  readonly event: string
}
const missingFact = fact('communication.communication-plan', { missing: [] as readonly ReportMissing[] }, [
  onEvent(ReportNotIssued, (s, { cadence, slot }, { id }) => ({
    missing: [...s.missing, { cadence, slot, event: id }],
  })),
])
/** Asks which reports the clock found missing in an engagement. */
export const askMissingReports = (engagement: string): Asked<{ readonly missing: readonly ReportMissing[] }> =>
  perhaps(missingFact, planIdentity(engagement))
