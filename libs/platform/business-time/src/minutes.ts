import { blocksOf, type Calendar } from './calendar.ts'
import { InvalidTime } from './codes.ts'
import { DAY, LAST_DAY, MINUTE } from './units.ts'
import { firstInstant, wallAt } from './zone.ts'

/** The open stretches of a calendar that end after an instant, in order and apart; milliseconds, the end outside. */
function* stretches(cal: Calendar, after: number): Generator<readonly [number, number]> {
  for (let day = Math.floor(wallAt(cal.zone, after) / DAY); day < LAST_DAY; day++)
    for (const [from, to] of blocksOf(cal, day)) {
      const start = firstInstant(cal.zone, day * DAY + from * MINUTE)
      const end = firstInstant(cal.zone, day * DAY + to * MINUTE)
      // A gap may swallow a block whole.
      if (end > after && end > start) yield [start, end]
    }
  throw new InvalidTime('out-of-range')
}

/**
 * The first instant by which `minutes` minutes (fractions count) of open time have passed since the start.
 * Nothing passes while the calendar is closed; 0 minutes are the start itself.
 */
export function addBusinessMinutes(cal: Calendar, start: Temporal.Instant, minutes: number): Temporal.Instant {
  if (!(minutes >= 0 && minutes < Infinity)) throw new InvalidTime('amount-malformed', { minutes })
  let left = Math.round(minutes * MINUTE)
  if (left === 0) return start
  const since = start.epochMilliseconds
  for (const [from, to] of stretches(cal, since)) {
    const open = Math.max(from, since)
    if (left <= to - open) return Temporal.Instant.fromEpochMilliseconds(open + left)
    left -= to - open
  }
  throw new InvalidTime('out-of-range')
}

/** The minutes of open time from `a` to `b`, exact to the millisecond (a fraction); less than 0 where `b` is before `a`. */
export function businessMinutesBetween(cal: Calendar, a: Temporal.Instant, b: Temporal.Instant): number {
  const [since, until] = [a.epochMilliseconds, b.epochMilliseconds]
  if (until < since) return 0 - businessMinutesBetween(cal, b, a)
  if (until === since) return 0
  let sum = 0
  for (const [from, to] of stretches(cal, since)) {
    if (from >= until) break
    sum += Math.min(to, until) - Math.max(from, since)
    if (to >= until) break
  }
  return sum / MINUTE
}

/** The instant itself where the calendar is open then, else the next at which it opens. */
export function nextOpening(cal: Calendar, instant: Temporal.Instant): Temporal.Instant {
  const [from] = next(cal, instant)
  return from <= instant.epochMilliseconds ? instant : Temporal.Instant.fromEpochMilliseconds(from)
}

/** True from the opening of a block up to, and not at, its end. */
export const isOpen = (cal: Calendar, instant: Temporal.Instant): boolean =>
  next(cal, instant)[0] <= instant.epochMilliseconds

const next = (cal: Calendar, instant: Temporal.Instant): readonly [number, number] =>
  stretches(cal, instant.epochMilliseconds).next().value!
