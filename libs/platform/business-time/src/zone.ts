import { DAY, MINUTE } from './units.ts'

/** A stretch of time in which a zone keeps one offset; all in milliseconds, `to` is outside of it. */
interface Span {
  readonly from: number
  readonly to: number
  readonly offset: number
}

// Asking a zone for its transitions is a thousand times dearer than adding an offset.
const known = new Map<string, Span[]>()

function spanAt(zone: string, time: number): Span {
  let spans = known.get(zone)
  if (spans === undefined) known.set(zone, (spans = []))
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.to <= time) low = middle + 1
    else high = middle
  }
  const found = spans[low]
  if (found !== undefined && found.from <= time) return found
  const span = askSpan(zone, time)
  spans.splice(low, 0, span)
  return span
}

function askSpan(zone: string, time: number): Span {
  const here = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone)
  // 'previous' looks strictly before, and a span holds its own first instant.
  const from = here.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  const to = here.getTimeZoneTransition('next')
  return {
    from: from?.epochMilliseconds ?? -Infinity,
    to: to?.epochMilliseconds ?? Infinity,
    offset: here.offsetNanoseconds / 1_000_000,
  }
}

/** What the clock on the wall shows at an instant, as milliseconds since 1970-01-01T00:00 on that clock. */
export const wallAt = (zone: string, time: number): number => time + spanAt(zone, time).offset

/**
 * The first instant at which the clock on the wall shows a time or a later one.
 * It never goes back as the time on the wall goes on, so that blocks which touch there touch on the time line too:
 * a gap takes nothing from one and gives nothing twice, whatever blocks lie in it.
 */
export function firstInstant(zone: string, wall: number): number {
  // No zone was ever 18 hours from UTC.
  let span = spanAt(zone, wall - 18 * 60 * MINUTE)
  while (span.to + span.offset <= wall) span = spanAt(zone, span.to)
  return Math.max(span.from, wall - span.offset)
}

/** The first instant of a day, given by its number. */
export const dayStartOf = (zone: string, day: number): number => firstInstant(zone, day * DAY)

/** The instant at which a clock shows a time; a time that a gap skips is moved on by the gap, one that comes twice is the first. */
export const compatible = (clock: Temporal.PlainDateTime, zone: string): Temporal.Instant =>
  clock.toZonedDateTime(zone, { disambiguation: 'compatible' }).toInstant()
