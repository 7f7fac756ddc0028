import type { z } from 'zod'
import { communication as contract } from '@rapport/contracts'
import { oneOf, readModel, type Stored } from '@rapport/events'
import {
  meetingCancelled,
  meetingHeld,
  meetingMissed,
  meetingRescheduled,
  meetingScheduled,
  minutesConfirmed,
  minutesCorrected,
  minutesDisputed,
  minutesOverdue,
  minutesRecorded,
} from '../meeting/events.ts'

type Scheduled = Stored<typeof contract.MeetingScheduled.shape>
type Held = Stored<typeof contract.MeetingHeld.shape>

const status = oneOf('scheduled', 'held', 'cancelled')

interface Meeting extends Partial<Pick<Scheduled, 'title' | 'audience' | 'cadence' | 'slot' | 'startsAt'>> {
  readonly status: z.output<typeof status>
  /** When it takes or took place. */
  readonly at: string
  readonly durationMinutes?: number
  readonly invited?: Scheduled['invited'] | undefined
  readonly heldAt?: string
  readonly heldOn?: string
  readonly attendees?: Held['attendees']
  /** How often it was moved. */
  readonly moved: number
  /** What the clock recorded: by when it was to be held. */
  readonly missed?: { readonly due: string; readonly event: string }
  readonly minutes?: 'outstanding' | 'overdue' | 'recorded' | 'confirmed' | 'disputed'
  /** The events that it rests on, in the order they were recorded. */
  readonly events: readonly string[]
}

/** Meetings: when, of which turn of the plan, who came, and how its minutes stand. */
export const meetings = readModel({
  name: 'meetings',
  version: 1,
  summary:
    'Meetings: scheduled, held, cancelled or missed, of which slot of the plan, who came, and how their minutes stand.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [
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
  evolve(doc: Meeting | undefined, event): Meeting | 'delete' {
    const { occurredAt: at, occurredOn, id } = event
    if (event.type === 'MeetingScheduled') {
      const { engagement: _, missedAfter: __, ...planned } = event.data
      return { ...planned, status: 'scheduled', at: planned.startsAt, moved: 0, events: [id] }
    }
    if (event.type === 'MeetingHeld') {
      const { engagement: _, minutesDue: __, ...held } = event.data
      const on = occurredOn !== undefined && { heldOn: occurredOn }
      const before = doc ?? { moved: 0, events: [] }
      return {
        ...before,
        ...held,
        status: 'held',
        at,
        heldAt: at,
        ...on,
        minutes: 'outstanding',
        events: [...before.events, id],
      }
    }
    // On the occurred clock what followed may have been before what it followed.
    if (doc === undefined) return 'delete'
    const next = { ...doc, events: [...doc.events, id] }
    switch (event.type) {
      case 'MeetingRescheduled': {
        const { startsAt } = event.data
        return { ...next, startsAt, at: startsAt, moved: doc.moved + 1 }
      }
      case 'MeetingCancelled':
        return { ...next, status: 'cancelled' }
      case 'MeetingMissed':
        return { ...next, missed: { due: event.data.due, event: id } }
      case 'MinutesRecorded':
      case 'MinutesCorrected':
        return { ...next, minutes: 'recorded' }
      case 'MinutesConfirmed':
        return { ...next, minutes: 'confirmed' }
      case 'MinutesDisputed':
        return { ...next, minutes: 'disputed' }
      case 'MinutesOverdue':
        return { ...next, minutes: 'overdue' }
    }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'at', type: 'string' },
      { field: 'status', type: 'string' },
      { field: 'cadence', type: 'string' },
    ],
  ],
  list: { filters: { status, cadence: contract.cadenceName }, sort: { field: 'at', direction: 'asc' } },
})
