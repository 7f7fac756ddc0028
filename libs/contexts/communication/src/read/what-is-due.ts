import type { z } from 'zod'
import { communication as contract, engagements } from '@rapport/contracts'
import { dayEnd, oneOf, parseDate, readModel, type Stored } from '@rapport/events'
import {
  actionItemAssigned,
  actionItemCancelled,
  actionItemCarriedOver,
  actionItemCompleted,
} from '../action-item/events.ts'
import { businessReviewHeld, businessReviewScheduled } from '../business-review/events.ts'
import { communicationPlanAmended, communicationPlanDefined, reportNotIssued } from '../communication-plan/events.ts'
import { slotsAfter } from '../communication-plan/slots.ts'
import {
  meetingCancelled,
  meetingHeld,
  meetingRescheduled,
  meetingScheduled,
  minutesRecorded,
} from '../meeting/events.ts'
import { reportIssued } from '../status-report/events.ts'
import { stateOf } from './action-items.ts'

type Text = Stored<typeof contract.MeetingScheduled.shape>['title']

const kind = oneOf('meeting', 'minutes', 'action-item', 'business-review', 'report')
interface Waiting {
  readonly kind: z.output<typeof kind>
  /** An instant, or a day of the engagement's zone; '~' where nothing is due. */
  readonly due: string
  /** What the meeting is called, or what is to be done. */
  readonly title?: Text | undefined
  readonly owner?: string
  readonly cadence?: string
  readonly slot?: string
  readonly events: readonly string[]
  /** Of reports: the plan, and the slots that nothing is waited for any more. */
  readonly versions?: readonly contract.PlanVersion[]
  readonly settled?: readonly string[]
  readonly closed?: string
}
/** Sorts after every date. */
const NEVER = '~'

/** What is to be done next, by when: meetings to hold, minutes to write, reports to issue, action items to do. */
export const whatIsDue = readModel({
  name: 'what-is-due',
  version: 1,
  summary:
    'Deadlines in their order: meetings, minutes, action items, reviews, and the next report of the plan; each later, today or overdue.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [
    meetingScheduled,
    meetingRescheduled,
    meetingCancelled,
    meetingHeld,
    minutesRecorded,
    actionItemAssigned,
    actionItemCarriedOver,
    actionItemCompleted,
    actionItemCancelled,
    businessReviewScheduled,
    businessReviewHeld,
    communicationPlanDefined,
    communicationPlanAmended,
    reportNotIssued,
    reportIssued,
    engagements.EngagementClosed,
  ],
  // What is due of reports follows from the plan: one document, by the engagement's id.
  ids: ({ type, streamId, meta }) => (/Plan|Report|Engagement/.test(type) ? [meta.engagement!] : [streamId]),
  evolve(doc: Waiting | undefined, event): Waiting | 'delete' {
    const { id, occurredAt } = event
    switch (event.type) {
      case 'MeetingScheduled':
        return { kind: 'meeting', due: event.data.startsAt, title: event.data.title, events: [id] }
      case 'BusinessReviewScheduled':
        return { kind: 'business-review', due: event.data.startsAt, title: event.data.title, events: [id] }
      case 'ActionItemAssigned': {
        const { due, what: title, owner } = event.data
        return { kind: 'action-item', due, title, owner, events: [id] }
      }
      case 'MeetingHeld': {
        const { title = doc?.title, minutesDue: due } = event.data
        // Minutes of what is imported come with it: what nobody waits for was never due.
        return { kind: 'minutes', due, ...(title !== undefined && { title }), events: [...(doc?.events ?? []), id] }
      }
      case 'CommunicationPlanDefined':
        return nextReport({ versions: contract.withTerms([], occurredAt, event.data), settled: [], events: [id] })
    }
    if (doc === undefined) return 'delete'
    const events = [...doc.events, id]
    switch (event.type) {
      case 'MeetingRescheduled':
        return { ...doc, due: event.data.startsAt, events }
      case 'ActionItemCarriedOver':
        return { ...doc, due: event.data.due, events }
      case 'MeetingCancelled':
      case 'MinutesRecorded':
      case 'ActionItemCompleted':
      case 'ActionItemCancelled':
      case 'BusinessReviewHeld':
        return 'delete'
      case 'CommunicationPlanAmended':
        return nextReport({ ...doc, versions: contract.withTerms(doc.versions ?? [], occurredAt, event.data), events })
      case 'ReportNotIssued':
      case 'ReportIssued': {
        const { cadence, slot } = event.data
        if (cadence === undefined) return doc
        return nextReport({ ...doc, settled: [...(doc.settled ?? []), `${cadence} ${slot}`], events })
      }
      case 'EngagementClosed':
        return nextReport({ ...doc, closed: occurredAt, events })
    }
  },
  tell({ versions: _, settled: __, closed: ___, ...item }, { now, zone }) {
    if (item.due === NEVER) return { kind: item.kind, state: 'nothing', events: item.events }
    const due = parseDate(item.due) === undefined ? item.due : dayEnd(item.due, zone)
    return { ...item, dueAt: due, state: stateOf(due, now, zone) }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'due', type: 'string' },
      { field: 'kind', type: 'string' },
    ],
  ],
  list: { filters: { kind }, sort: { field: 'due', direction: 'asc' } },
})

/** The first turn of a cadence of reports that was neither issued nor given up by the clock. */
function nextReport({
  kind: _,
  due: __,
  cadence: ___,
  slot: ____,
  ...doc
}: Partial<Waiting> & Pick<Waiting, 'events'>): Waiting {
  const { versions = [], settled = [], closed } = doc
  const names = new Set(
    versions.flatMap((v) => v.cadences.filter(({ kind }) => kind === 'report').map(({ name }) => name)),
  )
  let first: { readonly due: string; readonly cadence: string; readonly slot: string } | undefined
  const kept = settled.filter((name) => [...names].some((cadence) => name.startsWith(`${cadence} `)))
  for (const cadence of names) {
    const done = new Set(
      kept.filter((name) => name.startsWith(`${cadence} `)).map((name) => name.slice(cadence.length + 1)),
    )
    for (const slot of slotsAfter(versions, cadence, '')) {
      if (done.has(slot.name)) continue
      if (closed !== undefined && slot.due > closed) break
      if (first === undefined || slot.due < first.due) first = { due: slot.due, cadence, slot: slot.name }
      break
    }
  }
  return { ...doc, settled: kept, kind: 'report', due: NEVER, ...first }
}
