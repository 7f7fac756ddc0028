import { communication as contract, engagements } from '@rapport/contracts'
import { corrected, event, mark, stream, type About, type Occurred } from '@rapport/events'
import type { Meeting } from './state.ts'

const when = ({ occurredAt, occurredOn, zone }: About): Occurred => ({
  occurredAt,
  ...(occurredOn !== undefined && zone !== undefined && { occurredOn, zone }),
})

// Of a meeting with the client the client sees what was agreed and done, never our clock's remarks.

export const meetingScheduled = event(contract.MeetingScheduled, {
  visibility: 'command',
  say: { en: '{self} was scheduled for {startsAt}', zh: '{self}已安排于{startsAt}' },
  evolve(_: Meeting, { invited: __, startsAt, durationMinutes, missedAfter, ...e }): Meeting {
    return {
      ...e,
      stands: 'scheduled',
      planned: { startsAt, durationMinutes, missedAfter },
      attendees: [],
      version: 0,
      confirmedBy: [],
    }
  },
})

export const meetingRescheduled = event(contract.MeetingRescheduled, {
  visibility: 'command',
  say: { en: '{self} was moved to {startsAt}', zh: '{self}已改期至{startsAt}' },
  show: ['reason'],
  evolve({ missed: _, ...s }: Meeting, { startsAt, missedAfter }): Meeting {
    return { ...s, planned: { ...s.planned!, startsAt, missedAfter } }
  },
})

export const meetingCancelled = event(contract.MeetingCancelled, {
  visibility: 'command',
  say: { en: '{self} was cancelled', zh: '{self}已取消' },
  show: ['reason'],
  evolve: (s: Meeting) => ({ ...s, stands: 'cancelled' as const }),
})

export const meetingHeld = event(contract.MeetingHeld, {
  visibility: 'command',
  say({ attendees: { length } }) {
    if (length === 0) return { en: '{self} took place', zh: '{self}已举行' }
    return {
      en: `{self} took place with ${length} ${length === 1 ? 'attendee' : 'attendees'}`,
      zh: `{self}已举行，${length}人出席`,
    }
  },
  // It may begin the stream: what was not scheduled here has no state yet.
  evolve: (s: Meeting, { engagement, title, ...e }, about): Meeting => ({
    ...(s ?? ({ version: 0, confirmedBy: [] } as unknown as Meeting)),
    ...e,
    ...(engagement !== undefined && { engagement }),
    ...(title !== undefined && { title }),
    stands: 'held',
    held: when(about),
  }),
})

export const meetingMissed = event(contract.MeetingMissed, {
  visibility: 'internal',
  say: { en: '{self} was neither held, cancelled nor moved in time', zh: '{self}未按时举行，也未取消或改期' },
  evolve: (s: Meeting, { due }, { id }) => ({ ...s, missed: { event: id, due } }),
})

export const minutesRecorded = event(contract.MinutesRecorded, {
  visibility: 'command',
  say: { en: 'The minutes of {self} were recorded', zh: '{self}的会议纪要已记录' },
  show: ['agenda', 'decisions', 'verbalRequests', 'feedback'],
  evolve: (s: Meeting, _, about) => ({ ...s, minutes: mark(about), version: 1 }),
})

export const minutesCorrected = event(contract.MinutesCorrected, {
  visibility: 'command',
  say: { en: 'The minutes of {self} were corrected', zh: '{self}的会议纪要已更正' },
  show: ['reason', 'agenda', 'decisions', 'verbalRequests', 'feedback'],
  evolve: (s: Meeting, { version }, about) => ({
    ...s,
    minutes: s.minutes === undefined ? mark(about) : corrected(s.minutes, about),
    version,
    confirmedBy: [],
  }),
})

export const minutesConfirmed = event(contract.MinutesConfirmed, {
  visibility: 'command',
  say: { en: '{stakeholder} confirmed the minutes of {self}', zh: '{stakeholder}确认了{self}的会议纪要' },
  evolve: (s: Meeting, { stakeholder }) => ({ ...s, confirmedBy: [...s.confirmedBy, stakeholder] }),
})

export const minutesDisputed = event(contract.MinutesDisputed, {
  visibility: 'command',
  say: { en: '{stakeholder} disputed the minutes of {self}', zh: '{stakeholder}对{self}的会议纪要提出异议' },
  show: ['reason'],
  // Who disputes what it confirmed confirms it no longer.
  evolve: (s: Meeting, { stakeholder }) => ({ ...s, confirmedBy: s.confirmedBy.filter((who) => who !== stakeholder) }),
})

export const minutesOverdue = event(contract.MinutesOverdue, {
  visibility: 'internal',
  say: { en: 'The minutes of {self} are overdue', zh: '{self}的会议纪要已逾期' },
  evolve: (s: Meeting, _, { id }) => ({ ...s, overdue: id }),
})

export const meeting = stream<Meeting>('communication.meeting', {
  initial: undefined as never,
  events: [
    meetingScheduled,
    meetingRescheduled,
    meetingCancelled,
    meetingHeld,
    meetingMissed,
    minutesRecorded,
    minutesCorrected,
    minutesConfirmed,
    minutesDisputed,
    minutesOverdue,
  ],
  scope: engagements.inEngagement,
  label: (s) => s.title,
})
