import { isZone, parseDate } from '@rapport/events'
import { InvalidTime, type Problem, type calendarCodes } from './codes.ts'
import { clockMinutes, dayNumber, weekdayOf, weekdays, type Weekday } from './units.ts'

/** Opening and end of a working block, `HH:mm` on the wall; an end may be `24:00`. */
export type Block = readonly [from: string, to: string]

/** A calendar as data: a zone, the blocks of each weekday in order, and days (`YYYY-MM-DD`) without any. */
export interface CalendarDefinition {
  readonly zone: string
  readonly week: { readonly [D in Weekday]?: readonly Block[] | undefined }
  readonly holidays?: readonly string[] | undefined
}

/** A calendar that was found valid; make it with {@link calendar}. */
export interface Calendar {
  readonly zone: string
  /** For each weekday from Monday: opening and end of its blocks, in minutes since midnight. */
  readonly week: readonly (readonly (readonly [number, number])[])[]
  /** Day numbers. */
  readonly holidays: ReadonlySet<number>
}

/** A calendar that is always open, every day from 00:00 to 24:00. */
export const roundTheClock = (zone: string): Calendar =>
  calendar({ zone, week: Object.fromEntries(weekdays.map((day) => [day, [['00:00', '24:00'] as const]])) })

/** Makes a calendar of its definition; what {@link calendarProblem} finds is thrown as {@link InvalidTime}. */
export function calendar(definition: CalendarDefinition): Calendar {
  const problem = calendarProblem(definition)
  if (problem !== undefined) throw new InvalidTime(problem.code, { at: problem.at })
  return {
    zone: definition.zone,
    week: weekdays.map((day) =>
      (definition.week[day] ?? []).map(([from, to]) => [clockMinutes(from)!, clockMinutes(to)!] as const),
    ),
    holidays: new Set((definition.holidays ?? []).map((date) => dayNumber(Temporal.PlainDate.from(date)))),
  }
}

/** The first thing that is wrong with a calendar's definition. */
export function calendarProblem(definition: CalendarDefinition): Problem<keyof typeof calendarCodes> | undefined {
  if (!isZone(definition.zone)) return { code: 'zone-unknown', at: 'zone' }
  for (const day of Object.keys(definition.week)) {
    if (!(weekdays as readonly string[]).includes(day)) return { code: 'weekday-unknown', at: `week.${day}` }
    let end = 0
    for (const [n, block] of (definition.week[day as Weekday] ?? []).entries()) {
      const at = `week.${day}.${n}`
      const [from, to] = [clockMinutes(block[0]), clockMinutes(block[1])]
      if (from === undefined || to === undefined || block.length !== 2) return { code: 'block-malformed', at }
      if (to <= from) return { code: 'block-empty', at }
      if (from < end) return { code: 'blocks-unordered', at }
      end = to
    }
  }
  const wrong = (definition.holidays ?? []).findIndex((date) => parseDate(date) === undefined)
  if (wrong >= 0) return { code: 'holiday-malformed', at: `holidays.${wrong}` }
  if (Object.values(definition.week).every((blocks) => !blocks?.length)) return { code: 'calendar-closed', at: 'week' }
  return undefined
}

const none: Calendar['week'][number] = []

/** The blocks of a day, given by its number. */
export const blocksOf = (cal: Calendar, day: number): Calendar['week'][number] =>
  cal.holidays.has(day) ? none : cal.week[weekdayOf(day)]!

/** True for a day that has a block and is no holiday. */
export const isBusinessDay = (cal: Calendar, date: Temporal.PlainDate): boolean =>
  blocksOf(cal, dayNumber(date)).length > 0
