import { communication as contract, engagements } from '@rapport/contracts'
import { clockRule, type Deadline } from '@rapport/events'
import { detectSilence } from '../communication-plan/detect-silence.ts'
import { communicationPlanAmended, communicationPlanDefined, silenceDetected } from '../communication-plan/events.ts'
import { interactionCorrected, interactionLogged } from '../interaction/events.ts'
import { meetingHeld } from '../meeting/events.ts'
import { firstSilence, told, withContact, type Contacts } from './contacts.ts'

interface Waiting extends Contacts {
  /** Nothing is waited for that is due after the engagement was closed. */
  readonly closed?: string
}
const empty: Waiting = { versions: [], contacts: [], floor: '' }

/** I-29: after each two-way contact, and after the beginning of the plan, the next contact is waited for until the plan's limit. */
export const silenceRule = clockRule({
  name: 'silence',
  version: 1,
  on: [
    communicationPlanDefined,
    communicationPlanAmended,
    silenceDetected,
    meetingHeld,
    interactionLogged,
    interactionCorrected,
    engagements.EngagementClosed,
  ],
  ids: (event) => [event.meta.engagement!],
  evolve(doc: Waiting = empty, event): Waiting {
    const { streamId: of, occurredAt: at, id } = event
    switch (event.type) {
      case 'CommunicationPlanDefined': {
        const begun = { ...doc, plan: { id: of }, versions: contract.withTerms([], at, event.data) }
        // What came after its beginning may be forgotten already.
        return at <= doc.floor ? told(begun, undefined) : begun
      }
      case 'CommunicationPlanAmended':
        return { ...doc, versions: contract.withTerms(doc.versions, at, event.data) }
      case 'SilenceDetected':
        return told(doc, event.data.lastContact)
      case 'MeetingHeld': {
        const inbound = event.data.attendees.some(({ side }) => side === 'client')
        return inbound ? withContact(doc, { of, event: id, at, inbound, phone: false }) : doc
      }
      case 'InteractionLogged': {
        const { channel, direction } = event.data
        return withContact(doc, { of, event: id, at, inbound: direction === 'inbound', phone: channel === 'phone' })
      }
      case 'InteractionCorrected': {
        const { channel, direction } = event.data
        const before = doc.contacts.find((contact) => contact.of === of)
        return withContact(doc, {
          ...(before ?? { of, event: id, inbound: false, phone: false }),
          at,
          ...(direction !== undefined && { inbound: direction === 'inbound' }),
          ...(channel !== undefined && { phone: channel === 'phone' }),
        })
      }
      case 'EngagementClosed':
        return { ...doc, closed: at }
    }
  },
  next(doc): Deadline | undefined {
    const silence = firstSilence(doc)
    if (silence === undefined || (doc.closed !== undefined && silence.due > doc.closed)) return undefined
    const { due, since, event } = silence
    const { id } = doc.plan!
    const body = { since, ...(event !== undefined && { lastContact: event }) }
    return { due, decision: detectSilence, id, key: `${id}/${event ?? 'plan'}`, body }
  },
})
