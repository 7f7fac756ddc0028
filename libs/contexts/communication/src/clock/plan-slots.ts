import { communication as contract, engagements } from '@rapport/contracts'
import { clockRule, type Deadline } from '@rapport/events'
import {
  communicationPlanAmended,
  communicationPlanDefined,
  reportNotIssued as notIssued,
  slotMissed,
} from '../communication-plan/events.ts'
import { missSlot } from '../communication-plan/miss-slot.ts'
import { reportNotIssued } from '../communication-plan/report-not-issued.ts'
import { interactionCorrected, interactionLogged } from '../interaction/events.ts'
import { meetingCancelled, meetingHeld, meetingMissed, meetingScheduled } from '../meeting/events.ts'
import { answered, openSlot, settled, withCover, withoutCover, type Rhythm } from './rhythm.ts'

/** An engagement's plan, and of each cadence what is known of the slots that are not settled yet. */
interface Waiting {
  readonly plan: string
  readonly versions: readonly contract.PlanVersion[]
  readonly rhythms: readonly Rhythm[]
  /** Nothing is waited for that is due after the engagement was closed. */
  readonly closed?: string
}

const begun = (versions: readonly contract.PlanVersion[], rhythms: readonly Rhythm[]): readonly Rhythm[] => {
  const known = new Set(rhythms.map(({ cadence }) => cadence))
  const fresh = versions.at(-1)!.cadences.filter(({ name }) => !known.has(name))
  return [...rhythms, ...fresh.map(({ name }) => ({ cadence: name, after: '', kept: [] }))]
}

/** The document after a change of its rhythms, without the slots that this settles. */
const moved = (doc: Waiting, change: (rhythm: Rhythm) => Rhythm): Waiting => ({
  ...doc,
  rhythms: doc.rhythms.map((rhythm) => {
    const next = change(rhythm)
    return next === rhythm ? rhythm : settled(doc.versions, next)
  }),
})

const ofCadence = (name: string | undefined, change: (rhythm: Rhythm) => Rhythm) => (rhythm: Rhythm) =>
  rhythm.cadence === name ? change(rhythm) : rhythm

/** The turns of a communication plan that nobody took: meetings and calls (SlotMissed) and reports (I-27). */
export const planSlotsRule = clockRule({
  name: 'plan-slots',
  version: 1,
  on: [
    communicationPlanDefined,
    communicationPlanAmended,
    slotMissed,
    notIssued,
    meetingScheduled,
    meetingCancelled,
    meetingHeld,
    meetingMissed,
    interactionLogged,
    interactionCorrected,
    contract.ReportIssued,
    engagements.EngagementClosed,
  ],
  ids: (event) => [event.meta.engagement!],
  evolve(doc: Waiting | undefined, event): Waiting | 'delete' {
    const { streamId: of, occurredAt: at } = event
    if (event.type === 'CommunicationPlanDefined') {
      const versions = contract.withTerms([], at, event.data)
      return { plan: of, versions, rhythms: begun(versions, []) }
    }
    // A plan counts from its beginning: what was before it belongs to none of its slots.
    if (doc === undefined) return 'delete'
    switch (event.type) {
      case 'CommunicationPlanAmended': {
        const versions = contract.withTerms(doc.versions, at, event.data)
        return moved({ ...doc, versions, rhythms: begun(versions, doc.rhythms) }, (rhythm) => ({ ...rhythm }))
      }
      case 'SlotMissed':
      case 'ReportNotIssued':
        return moved(
          doc,
          ofCadence(event.data.cadence, (r) => answered(doc.versions, r, event.data.slot)),
        )
      case 'MeetingScheduled':
        return moved(
          doc,
          ofCadence(event.data.cadence, (r) => withCover(doc.versions, r, event.data.slot!, { of, from: at })),
        )
      case 'MeetingHeld':
      case 'ReportIssued': {
        const { cadence, slot } = event.data
        return moved(
          doc,
          ofCadence(cadence, (r) => withCover(doc.versions, r, slot!, { of, from: at, final: true })),
        )
      }
      case 'MeetingMissed':
        return moved(doc, (r) => withCover(doc.versions, r, undefined, { of, from: at, final: true }))
      case 'MeetingCancelled':
        return moved(doc, (r) => withCover(doc.versions, r, undefined, { of, from: at, until: at }))
      case 'InteractionLogged':
      case 'InteractionCorrected':
        return call(doc, of, at, event.data.channel)
      case 'EngagementClosed':
        return { ...doc, closed: at }
    }
  },
  next({ plan, versions, rhythms, closed }): Deadline | undefined {
    let first: Deadline | undefined
    for (const rhythm of rhythms) {
      const slot = openSlot(versions, rhythm)
      if (slot === undefined || (closed !== undefined && slot.due > closed)) continue
      if (first !== undefined && first.due <= slot.due) continue
      const body = { cadence: rhythm.cadence, slot: slot.name }
      const decision = slot.terms.kind === 'report' ? reportNotIssued : missSlot
      first = { due: slot.due, decision, id: plan, key: `${plan}/${rhythm.cadence}/${slot.name}`, body }
    }
    return first
  },
})

/** A contact by phone takes the turn of the calls in whose period it was, as it was last corrected. */
function call(doc: Waiting, of: string, at: string, channel: string | undefined): Waiting {
  return moved(doc, (rhythm) => {
    if (!doc.versions.some(({ cadences }) => cadences.some((c) => c.name === rhythm.cadence && c.kind === 'call')))
      return rhythm
    const [without, was] = withoutCover(rhythm, of)
    // A correction that names no channel leaves it as it was.
    if (channel !== undefined ? channel !== 'phone' : !was) return without
    return withCover(doc.versions, without, { at }, { of, from: at })
  })
}
