export const MINUTE = 60_000
export const DAY = 86_400_000

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** A day of the week, Monday first as in ISO 8601. */
export type Weekday = (typeof weekdays)[number]

/** The number of a day, counted from 1 January 1970. */
export const dayNumber = (date: Temporal.PlainDate): number => date.toZonedDateTime('UTC').epochMilliseconds / DAY

export const dateOf = (day: number): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(day * DAY)
    .toZonedDateTimeISO('UTC')
    .toPlainDate()

/** 0 for Monday … 6 for Sunday; day 0 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7

/** Minutes since midnight, or undefined for what is no `HH:mm` from 00:00 to 24:00. */
export function clockMinutes(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text)) return undefined
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
}

/** The day after the last that a calendar reaches: the years of every stored date end with 2199. */
export const LAST_DAY = dayNumber(Temporal.PlainDate.from('2200-01-01'))
