import { blocksOf, type Calendar } from './calendar.ts'
import { InvalidTime } from './codes.ts'
import { nextOpening } from './minutes.ts'
import { dateOf, dayNumber, LAST_DAY } from './units.ts'
import { compatible } from './zone.ts'

/**
 * The same clock time `days` business days on; a start outside of the hours counts from the next opening.
 * The clock time is kept also where the day it falls on has other hours.
 */
export function addBusinessDays(cal: Calendar, start: Temporal.Instant, days: number): Temporal.Instant {
  if (!Number.isSafeInteger(days) || days < 0) throw new InvalidTime('amount-malformed', { days })
  const opening = nextOpening(cal, start)
  if (days === 0) return opening
  const clock = opening.toZonedDateTimeISO(cal.zone)
  let day = dayNumber(clock.toPlainDate())
  for (let left = days; left > 0;) {
    if (++day >= LAST_DAY) throw new InvalidTime('out-of-range')
    if (blocksOf(cal, day).length > 0) left--
  }
  return compatible(dateOf(day).toPlainDateTime(clock.toPlainTime()), cal.zone)
}

/** The same clock time in the zone `days` days on (or back); a time that a gap skips is moved on by the gap. */
export function addCalendarDays(zone: string, start: Temporal.Instant, days: number): Temporal.Instant {
  if (!Number.isSafeInteger(days) || Math.abs(days) > LAST_DAY) throw new InvalidTime('amount-malformed', { days })
  if (days === 0) return start
  const clock = start.toZonedDateTimeISO(zone).toPlainDateTime().add({ days })
  if (clock.year < 1900 || clock.year > 2199) throw new InvalidTime('out-of-range')
  return compatible(clock, zone)
}

/** The business days from one day to another, both ends counted; 0 where the last is before the first. */
export function businessDaysIn(cal: Calendar, first: Temporal.PlainDate, last: Temporal.PlainDate): number {
  const to = dayNumber(last)
  let days = 0
  for (let day = dayNumber(first); day <= to; day++) if (blocksOf(cal, day).length > 0) days++
  return days
}
