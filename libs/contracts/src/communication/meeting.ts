import { date, fact, fieldLimits, instant, onEvent, personal, publicEvent, ref, text, whole } from '@rapport/events'
import type { Ref } from '@rapport/events'
import { z } from 'zod'
import { side } from '../engagements.ts'
import { audience, cadenceName, slotName } from './plan.ts'

/** What minutes may hold of text. */
export const minutesLimit = 200_000
const engagement = ref('engagements.engagement')
const title = personal('engagement', text(fieldLimits.line))
const reason = personal('engagement', text(2000))
/** The cadence of the plan that a meeting is of, and its slot there, which it keeps when it is moved. */
const place = { cadence: cadenceName.optional(), slot: slotName.optional() }

export const MeetingScheduled = publicEvent('communication.meeting', 'MeetingScheduled', 1, {
  engagement,
  title,
  audience,
  startsAt: instant(),
  durationMinutes: whole(1, 1440),
  invited: z.array(ref('engagements.stakeholder')).max(200).optional(),
  ...place,
  /** When it counts as missed unless it was held, cancelled or moved by then. */
  missedAfter: instant(),
})
export const MeetingRescheduled = publicEvent('communication.meeting', 'MeetingRescheduled', 1, {
  startsAt: instant(),
  missedAfter: instant(),
  reason,
})
export const MeetingCancelled = publicEvent('communication.meeting', 'MeetingCancelled', 1, { reason })

/** Somebody who took part, and for which side as of then: a client among them makes the meeting a two-way contact. */
export const attendee = z.strictObject({ stakeholder: ref('engagements.stakeholder'), side })
/** A meeting took place: one that was scheduled, or one that was put on file only afterwards and brings its title. */
export const MeetingHeld = publicEvent('communication.meeting', 'MeetingHeld', 1, {
  engagement: engagement.optional(),
  title: title.optional(),
  audience,
  ...place,
  attendees: z.array(attendee).max(200),
  /** When minutes are overdue (I-20). */
  minutesDue: instant(),
})
/** Neither held, cancelled nor moved by the end of its tolerance. */
export const MeetingMissed = publicEvent('communication.meeting', 'MeetingMissed', 1, { due: instant() })

/** What somebody is to do after the meeting, as the minutes have it. */
export const minutedAction = z.strictObject({
  owner: ref('engagements.person'),
  what: personal('engagement', text(2000)),
  due: date(),
})
const minutes = {
  text: personal('engagement', text(minutesLimit)),
  agenda: z.array(personal('engagement', text(2000))).max(200),
  feedback: personal('engagement', text(fieldLimits.text)).optional(),
  decisions: z.array(personal('engagement', text(fieldLimits.text))).max(100),
  /** What the client asked for in passing; each becomes a need (I-22). */
  verbalRequests: z.array(personal('engagement', text(fieldLimits.text))).max(100),
  actions: z.array(minutedAction).max(100),
}
/** Version 1 of the minutes. */
export const MinutesRecorded = publicEvent('communication.meeting', 'MinutesRecorded', 1, minutes)
/** The minutes anew, with what the correction changed; nobody has confirmed this version yet. */
export const MinutesCorrected = publicEvent('communication.meeting', 'MinutesCorrected', 1, {
  version: whole(2, 1000),
  text: minutes.text.optional(),
  agenda: minutes.agenda.optional(),
  feedback: minutes.feedback,
  decisions: minutes.decisions.optional(),
  verbalRequests: minutes.verbalRequests.optional(),
  actions: minutes.actions.optional(),
  reason,
})
const byClient = { stakeholder: ref('engagements.stakeholder'), version: whole(1, 1000) }
export const MinutesConfirmed = publicEvent('communication.meeting', 'MinutesConfirmed', 1, byClient)
export const MinutesDisputed = publicEvent('communication.meeting', 'MinutesDisputed', 1, { ...byClient, reason })
/** No minutes two working days after the meeting (I-20). */
export const MinutesOverdue = publicEvent('communication.meeting', 'MinutesOverdue', 1, { due: instant() })

export interface MeetingKnown {
  readonly engagement: Ref<'engagements.engagement'> | undefined
  readonly audience: z.output<typeof audience>
  readonly held: boolean
}
const unknown: MeetingKnown = { engagement: undefined, audience: 'internal', held: false }
export const meetingFact = fact('communication.meeting', unknown, [
  onEvent(MeetingScheduled, (s, e) => ({ ...s, engagement: e.engagement, audience: e.audience })),
  onEvent(MeetingHeld, (s, e) => ({
    engagement: e.engagement ?? s.engagement,
    audience: e.audience,
    held: true,
  })),
])
