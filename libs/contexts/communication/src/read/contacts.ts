import type { z } from 'zod'
import type { communication as contract } from '@rapport/contracts'
import { oneOf, readModel, type Occurred, type Stored } from '@rapport/events'
import { interactionCorrected, interactionLogged } from '../interaction/events.ts'
import { meetingHeld } from '../meeting/events.ts'

const way = oneOf('meeting', 'call', 'inbound', 'outbound')
/** How client and team were in touch. */
export type Way = z.output<typeof way>
const twoWay = oneOf('yes', 'no')

export interface Contact {
  readonly way: Way
  readonly at: string
  readonly on?: string
  /** Whether both sides spoke: a meeting that the client attended, a call, or word from the client. */
  readonly twoWay: z.output<typeof twoWay>
  /** Of an interaction. */
  readonly channel?: string
  readonly direction?: string
  readonly stakeholders: readonly string[]
  /** The events that it rests on: the contact itself and its corrections. */
  readonly events: readonly string[]
}
type Logged = Pick<Contact, 'channel' | 'direction'>

const wayOf = ({ channel, direction }: Logged): Way =>
  channel === 'phone' ? 'call' : direction === 'inbound' ? 'inbound' : 'outbound'
const when = ({ occurredAt, occurredOn }: Occurred) => ({
  at: occurredAt,
  ...(occurredOn !== undefined && { on: occurredOn }),
})

function interaction(
  data: Logged & { readonly participants?: readonly string[] | undefined },
  event: Occurred & { readonly id: string },
  before?: Contact,
): Contact {
  const { channel = before?.channel, direction = before?.direction } = data
  const kept = { ...(channel !== undefined && { channel }), ...(direction !== undefined && { direction }) }
  const way = wayOf(kept)
  return {
    ...kept,
    way,
    twoWay: way === 'outbound' ? 'no' : 'yes',
    ...when(event),
    stakeholders: data.participants ?? before?.stakeholders ?? [],
    events: [...(before?.events ?? []), event.id],
  }
}

function meeting(
  { attendees }: Pick<Stored<typeof contract.MeetingHeld.shape>, 'attendees'>,
  event: Occurred & { readonly id: string },
): Contact {
  const clients = attendees.filter(({ side }) => side === 'client').map(({ stakeholder }) => stakeholder)
  return {
    way: 'meeting',
    twoWay: clients.length > 0 ? 'yes' : 'no',
    ...when(event),
    stakeholders: clients,
    events: [event.id],
  }
}

/** Every contact of an engagement by its way, as last corrected: the last of each is the first of its list, newest first. */
export const contacts = readModel({
  name: 'contacts',
  version: 1,
  summary: 'Contacts with the client by their way (meeting, call, inbound, outbound), and whether both sides spoke.',
  scope: 'engagement',
  audience: ['internal'],
  on: [interactionLogged, interactionCorrected, meetingHeld],
  evolve(doc: Contact | undefined, event): Contact {
    switch (event.type) {
      case 'InteractionLogged':
        return interaction(event.data, event)
      case 'InteractionCorrected':
        return interaction(event.data, event, doc)
      case 'MeetingHeld':
        return meeting(event.data, event)
    }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'at', type: 'string' },
      { field: 'way', type: 'string' },
      { field: 'twoWay', type: 'string' },
    ],
  ],
  list: { filters: { way, twoWay }, sort: { field: 'at', direction: 'asc' } },
})
