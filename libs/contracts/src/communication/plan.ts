import {
  choice,
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
  zone,
} from '@rapport/events'
import type { Asked } from '@rapport/events'
import { z } from 'zod'
import { channel } from './channel.ts'

/** Who a meeting, a report or a cadence of them is for. */
export const audience = choice({
  internal: { en: 'our side only', zh: '仅我方' },
  client: { en: 'the client as well', zh: '客户亦可见' },
})
export const cadenceKind = choice({
  meeting: { en: 'a meeting', zh: '会议' },
  report: { en: 'a status report', zh: '状态报告' },
  call: { en: 'a call', zh: '通话' },
})
export const weekday = choice({
  mon: { en: 'Monday', zh: '星期一' },
  tue: { en: 'Tuesday', zh: '星期二' },
  wed: { en: 'Wednesday', zh: '星期三' },
  thu: { en: 'Thursday', zh: '星期四' },
  fri: { en: 'Friday', zh: '星期五' },
  sat: { en: 'Saturday', zh: '星期六' },
  sun: { en: 'Sunday', zh: '星期日' },
})
const unit = choice({
  days: { en: 'days', zh: '天' },
  weeks: { en: 'weeks', zh: '周' },
  months: { en: 'months', zh: '月' },
})

/** The name of a cadence, by which meetings and reports refer to it. */
export const cadenceName = text(60)
/** The name of a slot of a cadence, the period that it is planned in: `2026-W11`, `2026-03` or `2026-03-11`. */
export const slotName = z.string().regex(/^\d{4}-(W\d\d|\d\d(-\d\d)?)$/)
/** Something that is to happen again and again: a weekly meeting, a monthly report. */
export const cadence = z.strictObject({
  name: cadenceName,
  kind: cadenceKind,
  every: z.strictObject({ unit, n: whole(1, 366) }),
  /** For weeks. */
  weekday: weekday.optional(),
  /** For months; where a month lacks the day it is its last. */
  day: whole(1, 31).optional(),
  /** On the wall of the engagement's zone. */
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** No slot is planned before this day. */
  from: date(),
  /** How many days after its planned instant a slot is judged. */
  toleranceDays: whole(0, 60),
  audience,
  owner: ref('engagements.person').optional(),
  channel: channel.optional(),
})
export type Cadence = z.output<typeof cadence>

const terms = {
  /** The engagement's, in which everything in the plan counts. */
  zone: zone(),
  cadences: z.array(cadence).max(20),
  /** After how many days without two-way contact a silence is recorded (I-29). */
  silenceLimitDays: whole(1, 365).optional(),
  /** After how many days silence is agreement (I-15); where it is absent silence is none. */
  deemedAgreementDays: whole(1, 365).optional(),
  /** How often an action item is carried over before it escalates (I-23). */
  carryOverLimit: whole(0, 20),
  workweek: z.array(weekday).min(1).max(7),
}
/** How client and team agreed to communicate; an engagement has one such plan. */
export const CommunicationPlanDefined = publicEvent('communication.communication-plan', 'CommunicationPlanDefined', 1, {
  engagement: ref('engagements.engagement'),
  ...terms,
})
/** The whole plan anew: what was planned before is still judged by the plan that was in force then. */
export const CommunicationPlanAmended = publicEvent('communication.communication-plan', 'CommunicationPlanAmended', 1, {
  ...terms,
  reason: personal('engagement', text(2000)).optional(),
})

const slot = { cadence: cadenceName, slot: slotName, plannedAt: instant(), due: instant() }
/** A meeting or call of a cadence that nobody scheduled or held until its tolerance had passed. */
export const SlotMissed = publicEvent('communication.communication-plan', 'SlotMissed', 1, slot)
/** A report of a cadence that nobody issued until its tolerance had passed (I-27). */
export const ReportNotIssued = publicEvent('communication.communication-plan', 'ReportNotIssued', 1, slot)
/** No two-way contact for the plan's limit (I-29). */
export const SilenceDetected = publicEvent('communication.communication-plan', 'SilenceDetected', 1, {
  /** The last contact, or the beginning of the plan. */
  since: instant(),
  /** The event that recorded the last contact; absent where there was none since the plan began. */
  lastContact: z.string().regex(uuidPattern).optional(),
  limitDays: whole(1, 365),
})

/** The terms of a plan from an instant until the next version's. */
export interface PlanVersion {
  readonly from: string
  readonly zone: string
  readonly cadences: readonly Cadence[]
  readonly silenceLimitDays?: number
  readonly deemedAgreementDays?: number
  readonly carryOverLimit: number
  readonly workweek: readonly z.output<typeof weekday>[]
}
export interface PlanKnown {
  /** In the order of their instants; none where the engagement has no plan. */
  readonly versions: readonly PlanVersion[]
}
const versionOf = (from: string, terms: Omit<PlanVersion, 'from'>): PlanVersion => ({
  from,
  zone: terms.zone,
  cadences: terms.cadences,
  ...(terms.silenceLimitDays !== undefined && { silenceLimitDays: terms.silenceLimitDays }),
  ...(terms.deemedAgreementDays !== undefined && { deemedAgreementDays: terms.deemedAgreementDays }),
  carryOverLimit: terms.carryOverLimit,
  workweek: terms.workweek,
})
/** The plan after terms came into force; those of a day alone not before the version that was agreed earlier that day. */
export function withTerms(
  versions: readonly PlanVersion[],
  from: string,
  terms: Omit<PlanVersion, 'from'>,
): readonly PlanVersion[] {
  const last = versions.at(-1)?.from ?? ''
  return [...versions, versionOf(from > last ? from : last, terms)]
}

const none: PlanKnown = { versions: [] }
export const planFact = fact('communication.communication-plan', none, [
  onEvent(CommunicationPlanDefined, (s, e, about) => ({ versions: withTerms(s.versions, about.occurredAt, e) })),
  onEvent(CommunicationPlanAmended, (s, e, about) => ({ versions: withTerms(s.versions, about.occurredAt, e) })),
])
/** The identity of an engagement's plan. */
export const planIdentity = (engagement: string) => ({ label: 'communication-plan', value: engagement })
/** Asks for an engagement's plan, which may have none. */
export const askPlan = (engagement: string): Asked<PlanKnown> => perhaps(planFact, planIdentity(engagement))
/** The version in force at an instant; undefined before the first. */
export const planInForce = ({ versions }: PlanKnown, instant: string): PlanVersion | undefined =>
  versions.findLast(({ from }) => from <= instant)
