import { communication as contract, engagements } from '@rapport/contracts'
import { readModel, type Moment } from '@rapport/events'
import {
  communicationPlanAmended,
  communicationPlanDefined,
  reportNotIssued,
  slotMissed,
} from '../communication-plan/events.ts'
import { interactionCorrected, interactionLogged } from '../interaction/events.ts'
import {
  meetingCancelled,
  meetingHeld,
  meetingMissed,
  meetingRescheduled,
  meetingScheduled,
} from '../meeting/events.ts'
import { reportDrafted, reportIssued } from '../status-report/events.ts'
import { contacts } from './contacts.ts'
import { silenceAt } from './silence.ts'
import { turnsOf, type Act, type Strip } from './turns.ts'

const PAST_DAYS = 366
const AHEAD_DAYS = 28

/** The plan of an engagement and what became of each of its turns. */
export const cadenceStrip = readModel({
  name: 'cadence-strip',
  version: 1,
  summary:
    'For each cadence of the plan its turns of the last year and the next four weeks: done, late, missed, cancelled, scheduled or planned; and since when the client is silent.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [
    communicationPlanDefined,
    communicationPlanAmended,
    slotMissed,
    reportNotIssued,
    meetingScheduled,
    meetingRescheduled,
    meetingCancelled,
    meetingHeld,
    meetingMissed,
    reportDrafted,
    reportIssued,
    interactionLogged,
    interactionCorrected,
    engagements.EngagementClosed,
  ],
  // One document an engagement: a report's turn is known only from the plan.
  ids: ({ meta }) => [meta.engagement!],
  evolve(doc: Strip = { versions: [], plan: [], acts: [], judged: [] }, event): Strip {
    const { streamId: of, occurredAt: at, id } = event
    switch (event.type) {
      case 'CommunicationPlanDefined':
        return { ...doc, versions: contract.withTerms([], at, event.data), plan: [id] }
      case 'CommunicationPlanAmended':
        return { ...doc, versions: contract.withTerms(doc.versions, at, event.data), plan: [...doc.plan, id] }
      case 'SlotMissed':
      case 'ReportNotIssued':
        return { ...doc, judged: [...doc.judged, { cadence: event.data.cadence, slot: event.data.slot, event: id }] }
      case 'MeetingScheduled': {
        const { cadence, slot, startsAt } = event.data
        return cadence === undefined
          ? doc
          : put(doc, { of, kind: 'meeting', cadence, slot, startsAt, status: 'scheduled' }, id)
      }
      case 'MeetingHeld': {
        const { cadence, slot } = event.data
        return cadence === undefined ? doc : put(doc, { of, kind: 'meeting', cadence, slot, at, status: 'done' }, id)
      }
      case 'MeetingRescheduled':
        return change(doc, of, { startsAt: event.data.startsAt }, id)
      case 'MeetingCancelled':
        return change(doc, of, { status: 'cancelled' }, id)
      case 'MeetingMissed':
        return change(doc, of, {}, id)
      case 'ReportDrafted': {
        const { cadence, slot } = event.data
        return cadence === undefined ? doc : put(doc, { of, kind: 'report', cadence, slot, status: 'drafted' }, id)
      }
      case 'ReportIssued': {
        const { cadence, slot } = event.data
        return cadence === undefined ? doc : put(doc, { of, kind: 'report', cadence, slot, at, status: 'done' }, id)
      }
      case 'InteractionLogged':
      case 'InteractionCorrected':
        return call(doc, of, at, event.data.channel, id)
      case 'EngagementClosed':
        return { ...doc, closed: at }
    }
  },
  tell,
  indexes: [[{ field: 'engagement', type: 'string' }]],
  list: { filters: {}, sort: { field: 'engagement', direction: 'asc' } },
})

async function tell(doc: Strip, { now, zone, audience, last }: Moment): Promise<object> {
  const around = (days: number): string =>
    Temporal.Instant.from(now)
      .add({ hours: 24 * days })
      .toString({ fractionalSecondDigits: 3 })
  const turns = turnsOf(doc, { from: around(-PAST_DAYS), to: around(AHEAD_DAYS), now })
  // Our own rhythm is not the client's, and of calls the client's side knows only what we tell it.
  const shown = turns.filter((turn) => audience === 'internal' || (turn.audience === 'client' && turn.kind !== 'call'))
  const cadences = Map.groupBy(shown, ({ cadence }) => cadence)
  const silence = audience === 'internal' && silenceAt(doc, await last(contacts, { twoWay: 'yes' }), now, zone)
  return {
    cadences: [...cadences].map(([name, slots]) => ({
      name,
      kind: slots.at(-1)!.kind,
      audience: slots.at(-1)!.audience,
      slots: slots.map(({ cadence: _, kind: __, audience: ___, ...slot }) => slot),
    })),
    ...(silence && { silence }),
  }
}

type Kept = Omit<Act, 'events'>
const put = (doc: Strip, act: Kept, event: string): Strip => {
  const before = doc.acts.find(({ of }) => of === act.of)
  const next = { ...before, ...act, events: [...(before?.events ?? []), event] }
  return { ...doc, acts: [...doc.acts.filter((a) => a !== before), next] }
}
const change = (doc: Strip, of: string, to: Partial<Kept>, event: string): Strip => {
  const before = doc.acts.find((act) => act.of === of)
  return before === undefined ? doc : put(doc, { ...before, ...to }, event)
}

/** A contact by phone, as long as a plan has calls; as it was last corrected. */
function call(doc: Strip, of: string, at: string, channel: string | undefined, event: string): Strip {
  const before = doc.acts.find((act) => act.of === of)
  // A correction that names no channel leaves it as it was.
  const isCall = channel === undefined ? before !== undefined : channel === 'phone'
  if (!isCall) return before === undefined ? doc : { ...doc, acts: doc.acts.filter((act) => act !== before) }
  if (!doc.versions.some(({ cadences }) => cadences.some(({ kind }) => kind === 'call'))) return doc
  return put(doc, { of, kind: 'call', at, status: 'done' }, event)
}
