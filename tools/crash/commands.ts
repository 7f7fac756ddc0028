import type { Doc } from '@rapport/events'
import type { Answer, Asked, Command } from './book.ts'
import { below, oneOf } from './plan.ts'

/** What every command of the load refers to. */
export interface Place {
  readonly engagement: string
  readonly manager: string
  /** Streams that everybody writes at once. */
  readonly shared: readonly string[]
}

const interaction = 'communication.interaction'
const disclosure = 'communication.disclosure'
const meeting = 'communication.meeting'
const person = 'engagements.person'

const create = (stream: string, decision: string, path: string, types: readonly string[], body: Doc): Command => ({
  ...{ by: 'pm', stream, decision, path: `/api/${path}`, types, body },
})
const act = (of: Pick<Command, 'by' | 'stream'>, path: string, id: string, decision: string, type: string, body: Doc) =>
  ({ ...of, decision, id, path: `/api/${path}/${id}/${decision}`, types: [type], body }) satisfies Command

/** What must stand before the load begins. */
export const setup = {
  client: create('engagements.client', 'register', 'engagements/clients', ['ClientRegistered'], { name: 'Riverside' }),
  person: (by: Command['by']): Command => ({ ...registered({ name: `Person of ${by}` }), by }),
  engagement: (client: string, manager: string): Command =>
    create('engagements.engagement', 'open', 'engagements/engagements', ['EngagementOpened'], {
      ...{ client, manager, name: 'Citizen portal', start: '2026-01-05', zone: 'Europe/Berlin' },
    }),
  disclosure: (engagement: string): Command => disclosed(engagement, 'Data migration'),
}

const registered = (body: Doc): Command => create(person, 'register', 'engagements/persons', ['PersonRegistered'], body)
const disclosed = (engagement: string, subject: string): Command =>
  create(disclosure, 'disclose', 'communication/disclosures', ['DisclosureMade'], {
    ...{ engagement, subject, kind: 'delay', raisedBy: 'us', identifiedAt: '2026-02-27T09:00:00Z' },
    ...{ impact: 'Go-live moves by one week.', countermeasure: 'A second team joins.' },
  })

/** Makes commands: creates and acts, sealed and plain, of one event and of two, on streams of their own and on shared ones. */
export class Commands {
  readonly #place: Place
  readonly #rand: () => number
  readonly #logged: string[] = []
  readonly #next: Command[] = []
  #n = 0

  constructor(place: Place, rand: () => number) {
    this.#place = place
    this.#rand = rand
  }

  next(): Command {
    const followUp = this.#next.shift()
    if (followUp !== undefined) return followUp
    const { engagement, manager, shared } = this.#place
    const n = ++this.#n
    const dice = this.#rand()
    const about = { stream: disclosure, by: 'pm' } as const
    if (dice < 0.1) {
      const body = { impact: `Another ${n} days.`, reason: 'The estimate was too low.' }
      return act(about, 'communication/disclosures', oneOf(this.#rand, shared), 'correct', 'DisclosureCorrected', body)
    }
    if (dice < 0.2 && this.#logged.length > 0) {
      const id = oneOf(this.#rand, this.#logged)
      const body = { summary: `What was said, again ${n}.`, reason: 'A slip.' }
      const of = { stream: interaction, by: 'pm' } as const
      return act(of, 'communication/interactions', id, 'correct', 'InteractionCorrected', body)
    }
    if (dice < 0.4) {
      const actions = Array.from({ length: below(this.#rand, 3) }, (_, a) => ({
        ...{ owner: manager, what: `Send plan ${n}/${a}`, due: '2026-12-11' },
      }))
      return create(meeting, 'record-held', 'communication/meetings/record-held', ['MeetingHeld', 'MinutesRecorded'], {
        ...{ engagement, title: `Meeting ${n}`, minutes: `We agreed on ${n}.`, actions },
      })
    }
    if (dice < 0.55) {
      const mail = this.#rand() < 0.5 ? { mail: `person-${n}@riverside.example` } : {}
      return registered({ name: `Person ${n}`, ...mail })
    }
    if (dice < 0.65) return disclosed(engagement, `Matter ${n}`)
    return create(interaction, 'log', 'communication/interactions', ['InteractionLogged'], {
      ...{ engagement, channel: 'phone', direction: 'inbound', summary: `Asked about ${n}.` },
    })
  }

  /** What follows from an answer: contacts are corrected later, some persons are erased. */
  acknowledged({ command }: Asked, { id }: Answer): void {
    if (command.decision === 'log') this.#logged.push(id)
    const persons = (by: 'alice' | 'bob', decision: string, type: string, body: Doc): Command =>
      act({ by, stream: person }, 'engagements/persons', id, decision, type, body)
    if (command.stream !== person) return
    if (command.decision === 'register' && this.#rand() < 0.4)
      this.#next.push(persons('alice', 'request-erasure', 'PersonErasureRequested', { basis: 'objection' }))
    if (command.decision === 'request-erasure') this.#next.push(persons('bob', 'erase', 'PersonErased', {}))
  }
}
