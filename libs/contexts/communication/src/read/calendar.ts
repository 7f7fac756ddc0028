import type { z } from 'zod'
import type { communication as contract } from '@rapport/contracts'
import { oneOf, readModel, type Stored } from '@rapport/events'
import { businessReviewHeld, businessReviewScheduled } from '../business-review/events.ts'
import { meetingCancelled, meetingHeld, meetingRescheduled, meetingScheduled } from '../meeting/events.ts'

const kind = oneOf('meeting', 'business-review')
const status = oneOf('scheduled', 'held', 'cancelled')
interface Appointment {
  readonly kind: z.output<typeof kind>
  readonly title?: Stored<typeof contract.MeetingScheduled.shape>['title'] | undefined
  readonly status: z.output<typeof status>
  readonly startsAt: string
  readonly durationMinutes?: number
  readonly cadence?: string | undefined
  readonly slot?: string | undefined
  readonly invited?: readonly string[] | undefined
  readonly events: readonly string[]
}

/** What is in the calendar of an engagement: meetings and business reviews. */
export const calendar = readModel({
  name: 'calendar',
  version: 1,
  summary:
    'Meetings and business reviews by when they start; what is planned and not scheduled yet is in the cadence strip.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [
    meetingScheduled,
    meetingRescheduled,
    meetingCancelled,
    meetingHeld,
    businessReviewScheduled,
    businessReviewHeld,
  ],
  evolve(doc: Appointment | undefined, event): Appointment | 'delete' {
    const { occurredAt, id } = event
    const events = [...(doc?.events ?? []), id]
    switch (event.type) {
      case 'MeetingScheduled':
      case 'BusinessReviewScheduled': {
        const { engagement: _, ...planned } = event.data
        const kind = event.type === 'MeetingScheduled' ? 'meeting' : 'business-review'
        const { missedAfter: __, ...kept } = { missedAfter: '', ...planned }
        return { ...kept, kind, status: 'scheduled', events }
      }
      case 'MeetingHeld': {
        const { title = doc?.title } = event.data
        const kept = doc ?? { kind: 'meeting' as const, startsAt: occurredAt }
        return { ...kept, ...(title !== undefined && { title }), status: 'held', events }
      }
    }
    if (doc === undefined) return 'delete'
    switch (event.type) {
      case 'MeetingRescheduled':
        return { ...doc, startsAt: event.data.startsAt, status: 'scheduled', events }
      case 'MeetingCancelled':
        return { ...doc, status: 'cancelled', events }
      case 'BusinessReviewHeld':
        return { ...doc, status: 'held', events }
    }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'startsAt', type: 'string' },
      { field: 'status', type: 'string' },
      { field: 'kind', type: 'string' },
    ],
  ],
  list: { filters: { status, kind }, sort: { field: 'startsAt', direction: 'asc' } },
})
