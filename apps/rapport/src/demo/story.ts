import type { Acting, Occurred } from '@rapport/events'
import type { Teller } from './teller.ts'

/** A moment of a story: days from the day on which it is told, and a time on the wall of its zone. */
export type When = readonly [day: number, time: string]

/** Something that people did at one moment. */
export interface Step {
  readonly when: When
  tell(teller: Teller): Promise<void>
}

/** What happened in one engagement. */
export interface Story {
  readonly name: string
  readonly zone: string
  readonly steps: readonly Step[]
}

/** The days of a story, as dates, instants and sentences of a command need them. */
export class Days {
  readonly zone: string
  readonly #today: Temporal.PlainDate

  constructor(today: Temporal.PlainDate, zone: string) {
    this.#today = today
    this.zone = zone
  }

  date(day: number): string {
    return this.#today.add({ days: day }).toString()
  }

  instant([day, time]: When): string {
    return this.zoned([day, time]).toInstant().toString({ fractionalSecondDigits: 3 })
  }

  zoned([day, time]: When): Temporal.ZonedDateTime {
    return this.#today.add({ days: day }).toZonedDateTime({ timeZone: this.zone, plainTime: time })
  }

  at(when: When): Occurred {
    return { occurredAt: this.instant(when) }
  }
}

/** The steps of several stories in the order of their moments. */
export function inOrder(
  stories: readonly Story[],
  today: Temporal.PlainDate,
): readonly { readonly story: Story; readonly step: Step; readonly n: number; readonly at: Temporal.Instant }[] {
  return stories
    .flatMap((story) => {
      const days = new Days(today, story.zone)
      return story.steps.map((step, n) => ({ story, step, n, at: days.zoned(step.when).toInstant() }))
    })
    .sort((a, b) => Temporal.Instant.compare(a.at, b.at))
}

/** Somebody of a story who acts: as project manager, or for the client. */
export const asManager = (person: string): Acting => ({ id: person, kind: 'person', role: 'pm' })
export const asClient = (person: string, stakeholder: string): Acting => ({
  id: person,
  kind: 'person',
  role: 'client',
  stakeholder,
})
