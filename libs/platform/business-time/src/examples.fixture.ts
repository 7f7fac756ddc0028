import fc from 'fast-check'
import { calendar, type Block, type Calendar, type CalendarDefinition } from './calendar.ts'
import { weekdays } from './units.ts'

const workingDays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const

/** A calendar with the same blocks from Monday to Friday. */
export const mondayToFriday = (zone: string, blocks: readonly Block[], holidays: readonly string[] = []): Calendar =>
  calendar({ zone, week: Object.fromEntries(workingDays.map((day) => [day, blocks])), holidays })

export const nineToFive = (zone: string): Calendar => mondayToFriday(zone, [['09:00', '17:00']])

/** An instant by what a clock in a zone shows. */
export const local = (clock: string, zone: string): Temporal.Instant =>
  Temporal.PlainDateTime.from(clock).toZonedDateTime(zone).toInstant()

export const utc = (text: string): Temporal.Instant => Temporal.Instant.from(text)

/** Zones that differ in what they do to a clock: the hour and the size of the change, midnight, a day that never was. */
export const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Apia',
]

/** An instant near a change of the zone's clock, or anywhere in the years 1985 to 2030, to the millisecond. */
export function instantNear(zone: string): fc.Arbitrary<Temporal.Instant> {
  const changes: number[] = []
  let at = utc('1985-01-01T00:00:00Z').toZonedDateTimeISO(zone).getTimeZoneTransition('next')
  for (; at !== null && at.year < 2030; at = at.getTimeZoneTransition('next')) changes.push(at.epochMilliseconds)
  const any = fc.integer({ min: Date.UTC(1985), max: Date.UTC(2030) })
  const close = fc
    .tuple(fc.constantFrom(0, ...changes), fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }))
    .map(([change, away]) => change + away)
  const minute = close.map((time) => time - (time % 60_000))
  return fc.oneof(any, close, minute).map((time) => Temporal.Instant.fromEpochMilliseconds(time))
}

export const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 6 })
const blocksOfCuts = (numbers: readonly number[]): Block[] => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return Array.from({ length: Math.floor(sorted.length / 2) }, (_, n) => [
    clockText(sorted[2 * n]!),
    clockText(sorted[2 * n + 1]!),
  ])
}

/** Definitions with up to three blocks a day at any minute, days without any, and a few holidays. */
export const definitions: fc.Arbitrary<CalendarDefinition> = fc
  .record({
    zone: fc.constantFrom(...zones),
    week: fc.record(Object.fromEntries(weekdays.map((day) => [day, cuts.map(blocksOfCuts)])), { requiredKeys: [] }),
    holidays: fc.array(
      fc.integer({ min: 0, max: 16_000 }).map((days) => Temporal.PlainDate.from('1985-01-01').add({ days }).toString()),
      { maxLength: 5 },
    ),
  })
  .filter(({ week }) => Object.keys(week).length > 0)

/** A calendar with two instants in its zone. */
export const calendarAndInstants = definitions.chain((definition) =>
  fc.tuple(fc.constant(calendar(definition)), instantNear(definition.zone), instantNear(definition.zone)),
)
