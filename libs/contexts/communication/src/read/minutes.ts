import type { z } from 'zod'
import type { communication as contract } from '@rapport/contracts'
import { oneOf, readModel, type Stored } from '@rapport/events'
import {
  meetingCancelled,
  meetingHeld,
  meetingScheduled,
  minutesConfirmed,
  minutesCorrected,
  minutesDisputed,
  minutesRecorded,
} from '../meeting/events.ts'

type Recorded = Stored<typeof contract.MinutesRecorded.shape>
type Disputed = Stored<typeof contract.MinutesDisputed.shape>

const status = oneOf('planned', 'outstanding', 'unconfirmed', 'confirmed', 'disputed')

interface Minutes extends Partial<Recorded> {
  readonly title?: Stored<typeof contract.MeetingScheduled.shape>['title'] | undefined
  /** `planned` before the meeting, `outstanding` after it; unconfirmed minutes stay visibly so (I-21). */
  readonly status: z.output<typeof status>
  /** When the meeting takes or took place. */
  readonly at: string
  readonly attendees?: Stored<typeof contract.MeetingHeld.shape>['attendees']
  readonly minutesDue?: string
  /** The last version, and the event that made each. */
  readonly version: number
  readonly versions: readonly { readonly version: number; readonly event: string; readonly at: string }[]
  readonly confirmations: readonly { readonly stakeholder: string; readonly version: number; readonly at: string }[]
  readonly disputes: readonly (Disputed & { readonly at: string })[]
  readonly events: readonly string[]
}

/** The minutes of each meeting in their last version, and whether the client stands by them. */
export const minutes = readModel({
  name: 'minutes',
  version: 1,
  summary: 'Minutes in their last version: texts, decisions, requests, actions, and whether the client confirmed them.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [
    meetingScheduled,
    meetingCancelled,
    meetingHeld,
    minutesRecorded,
    minutesCorrected,
    minutesConfirmed,
    minutesDisputed,
  ],
  evolve(doc: Minutes | undefined, event): Minutes | 'delete' {
    const { occurredAt: at, id } = event
    const empty = { version: 0, versions: [], confirmations: [], disputes: [], events: [] }
    if (event.type === 'MeetingScheduled')
      return { ...empty, title: event.data.title, status: 'planned', at: event.data.startsAt, events: [id] }
    if (event.type === 'MeetingHeld') {
      const { title = doc?.title, attendees, minutesDue } = event.data
      const before = doc ?? empty
      return {
        ...before,
        ...(title !== undefined && { title }),
        status: 'outstanding',
        at,
        attendees,
        minutesDue,
        events: [...before.events, id],
      }
    }
    if (doc === undefined || event.type === 'MeetingCancelled') return 'delete'
    const next = { ...doc, events: [...doc.events, id] }
    switch (event.type) {
      case 'MinutesRecorded':
        return { ...next, ...event.data, status: 'unconfirmed', version: 1, versions: [{ version: 1, event: id, at }] }
      case 'MinutesCorrected': {
        const { reason: _, version, ...changed } = event.data
        return {
          ...next,
          ...changed,
          status: 'unconfirmed',
          version,
          versions: [...doc.versions, { version, event: id, at }],
        }
      }
      case 'MinutesConfirmed':
        return { ...next, status: 'confirmed', confirmations: [...doc.confirmations, { ...event.data, at }] }
      case 'MinutesDisputed':
        return { ...next, status: 'disputed', disputes: [...doc.disputes, { ...event.data, at }] }
    }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'at', type: 'string' },
      { field: 'status', type: 'string' },
    ],
  ],
  list: { filters: { status }, sort: { field: 'at', direction: 'asc' } },
})
