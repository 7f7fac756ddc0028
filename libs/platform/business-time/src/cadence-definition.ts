import { isZone, parseDate } from '@rapport/events'
import type { cadenceCodes, Problem } from './codes.ts'
import { clockMinutes, weekdays, type Weekday } from './units.ts'

/** A wait in days on the wall clock, then hours and minutes as they pass. */
export interface Tolerance {
  readonly days?: number | undefined
  readonly hours?: number | undefined
  readonly minutes?: number | undefined
}

interface Common {
  readonly zone: string
  /** Clock time on the wall, `HH:mm`. */
  readonly at: string
  /** No slot is planned before this day, `YYYY-MM-DD`; slots of several weeks or months are counted from the first. */
  readonly from: string
  /** How long after the planned instant a slot is due; at once where it is missing. */
  readonly tolerance?: Tolerance | undefined
}

/** A cadence as data; a day of the month that a month lacks is its last. */
export type CadenceDefinition = Common &
  (
    | { readonly every: { readonly days: number }; readonly on?: undefined }
    | { readonly every: { readonly weeks: number }; readonly on: Weekday }
    | { readonly every: { readonly months: number }; readonly on: number }
  )

/** The first thing that is wrong with a cadence's definition. */
export function cadenceProblem(definition: CadenceDefinition): Problem<keyof typeof cadenceCodes> | undefined {
  if (!isZone(definition.zone)) return { code: 'zone-unknown', at: 'zone' }
  const [period, ...more] = Object.entries(definition.every)
  if (period === undefined || more.length > 0 || !Object.hasOwn(days, period[0]) || !isCount(period[1], 1, 1000))
    return { code: 'period-malformed', at: 'every' }
  if (!days[period[0] as keyof typeof days](definition.on)) return { code: 'day-malformed', at: 'on' }
  if (clockMinutes(definition.at) === undefined || definition.at === '24:00')
    return { code: 'clock-malformed', at: 'at' }
  if (parseDate(definition.from) === undefined) return { code: 'from-malformed', at: 'from' }
  for (const [unit, amount] of Object.entries(definition.tolerance ?? {}))
    if (!['days', 'hours', 'minutes'].includes(unit) || !(amount === undefined || isCount(amount, 0, 100_000)))
      return { code: 'tolerance-malformed', at: `tolerance.${unit}` }
  return undefined
}

const isCount = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most

const days = {
  days: (on: unknown) => on === undefined,
  weeks: (on: unknown) => (weekdays as readonly unknown[]).includes(on),
  months: (on: unknown) => isCount(on, 1, 31),
}
