import type { Acting, Json, Occurred } from '@rapport/events'
import { nobody, type Held, type Meetings, type Setting } from '../rhythm.ts'
import { asClient, asManager, Days, type Step } from '../story.ts'
import type { Teller } from '../teller.ts'
import { portalMeetings } from './meetings.ts'

export const zone = 'Atlantic/Reykjavik'
export const weekly = { name: 'Weekly meeting', at: '10:00' } as const
export const weeklyReport = { name: 'Weekly report', audience: 'client' } as const

/** What the story of the portal is told with: who takes part, and what was made so far, by names of the story. */
export class Portal implements Setting {
  readonly cast = nobody()
  readonly days: Days
  readonly manager = 'anna'
  readonly meetings: Meetings = new Map()
  readonly #made = new Map<string, string>()

  constructor(today: Temporal.PlainDate) {
    this.days = new Days(today, zone)
  }

  get pm(): Acting {
    return asManager(this.cast.persons['anna']!)
  }
  client(who: string): Acting {
    return asClient(this.cast.persons[who]!, this.cast.stakeholders[who]!)
  }
  stakeholder(who: string): string {
    return this.cast.stakeholders[who]!
  }
  meeting(day: number): readonly [string, string] {
    return ['communication.meeting', this.meetings.get(day)!]
  }
  planned(day: number): Held {
    return portalMeetings.find((held) => held.day === day)!
  }

  /** Something made before, as {@link Teller.act} takes it. */
  of(stream: string, name: string): readonly [string, string] {
    return [stream, this.#made.get(name)!]
  }
  keep(name: string, id: string): void {
    this.#made.set(name, id)
  }

  /** The project manager begins something in the engagement; it has a name of the story from then on. */
  async begins(
    t: Teller,
    name: string,
    stream: string,
    decision: string,
    body: { readonly [name: string]: Json },
    occurred?: Occurred,
  ): Promise<void> {
    const whole = { engagement: this.cast.engagement, ...body }
    this.keep(name, await t.create(this.pm, stream, decision, whole, occurred))
  }
}

export const step = (day: number, time: string, tell: Step['tell']): Step => ({ when: [day, time], tell })

export const person = 'engagements.person'
export const stakeholder = 'engagements.stakeholder'
export const actionItem = 'communication.action-item'
export const disclosure = 'communication.disclosure'
export const statusReport = 'communication.status-report'
