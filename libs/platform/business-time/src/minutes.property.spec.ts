import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { blocksOf, calendar, roundTheClock, type Block } from './calendar.ts'
import { calendarAndInstants, clockText, instantNear, mondayToFriday, zones } from './examples.fixture.ts'
import { addBusinessMinutes, businessMinutesBetween, isOpen, nextOpening } from './minutes.ts'
import { dayNumber, weekdays } from './units.ts'

const amounts = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }),
  fc.integer({ min: 0, max: 1e9 }).map((ms) => ms / 60_000),
)
const elapsed = (a: Temporal.Instant, b: Temporal.Instant): number =>
  (b.epochMilliseconds - a.epochMilliseconds) / 60_000
const runs = { numRuns: 300 }

describe('for every calendar, in zones with every kind of clock change', () => {
  test('as many minutes lie up to a deadline as it was given, and one millisecond before it they do not', () => {
    fc.assert(
      fc.property(calendarAndInstants, amounts, ([cal, start], minutes) => {
        const due = addBusinessMinutes(cal, start, minutes)
        expect(businessMinutesBetween(cal, start, due)).toBe(minutes)
        if (minutes > 0)
          expect(businessMinutesBetween(cal, start, due.subtract({ milliseconds: 1 }))).toBeLessThan(minutes)
      }),
      runs,
    )
  })

  test('minutes add up: two stretches are the whole, and two deadlines in turn are one', () => {
    fc.assert(
      fc.property(calendarAndInstants, amounts, amounts, ([cal, a, b], m, n) => {
        const whole = businessMinutesBetween(cal, a, b.add({ hours: 9 }))
        const parts = businessMinutesBetween(cal, a, b) + businessMinutesBetween(cal, b, b.add({ hours: 9 }))
        expect(parts).toBeCloseTo(whole, 6)
        expect(addBusinessMinutes(cal, addBusinessMinutes(cal, a, m), n)).toEqual(addBusinessMinutes(cal, a, m + n))
      }),
      runs,
    )
  })

  test('a day cut into blocks in two calendars keeps every minute, once', () => {
    // Most cuts are in the hours that zones skip and repeat.
    const minute = fc.oneof(fc.integer({ min: 1, max: 239 }), fc.integer({ min: 1, max: 1439 }))
    const cuts = fc.uniqueArray(minute, { maxLength: 7 })
    const zoned = fc.constantFrom(...zones).chain((zone) => fc.tuple(fc.constant(zone), instantNear(zone)))
    fc.assert(
      fc.property(zoned, cuts, fc.integer({ min: 0, max: 10_000 }), ([zone, start], numbers, length) => {
        const edges = [0, ...numbers.sort((a, b) => a - b), 1440].map(clockText)
        const blocks = edges.slice(1).map((to, n): Block => [edges[n]!, to])
        const both = [0, 1].map((odd) => blocks.filter((_, n) => n % 2 === odd)).filter((part) => part.length > 0)
        const end = start.add({ minutes: length })
        const minutes = both
          .map((part) => calendar({ zone, week: Object.fromEntries(weekdays.map((day) => [day, part])) }))
          .map((cal) => businessMinutesBetween(cal, start, end))
        expect(minutes.reduce((a, b) => a + b)).toBeCloseTo(length, 6)
        expect(businessMinutesBetween(roundTheClock(zone), start, end)).toBe(elapsed(start, end))
      }),
      runs,
    )
  })

  test('the hours are those that a clock on the wall shows', () => {
    // Blocks away from the hours that any of the zones repeats or skips.
    const blocks: Block[] = [
      ['04:00', '11:17'],
      ['13:00', '22:45'],
    ]
    const zoned = fc.constantFrom(...zones).chain((zone) => fc.tuple(fc.constant(zone), instantNear(zone)))
    fc.assert(
      fc.property(zoned, ([zone, instant]) => {
        const cal = mondayToFriday(zone, blocks)
        const clock = instant.toZonedDateTimeISO(zone)
        const minute = clock.hour * 60 + clock.minute
        const open = blocksOf(cal, dayNumber(clock.toPlainDate())).some(([from, to]) => from <= minute && minute < to)
        expect(isOpen(cal, instant)).toBe(open)
      }),
      { numRuns: 1000 },
    )
  })

  test('the next opening is open, and nothing is open before it', () => {
    fc.assert(
      fc.property(calendarAndInstants, ([cal, instant]) => {
        const opening = nextOpening(cal, instant)
        expect(isOpen(cal, opening)).toBe(true)
        expect(businessMinutesBetween(cal, instant, opening)).toBe(0)
        expect(opening.equals(instant)).toBe(isOpen(cal, instant))
      }),
      runs,
    )
  })
})
