import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { calendar, isBusinessDay, roundTheClock } from './calendar.ts'
import { addBusinessDays, addCalendarDays, businessDaysIn } from './days.ts'
import { calendarAndInstants, local, nineToFive } from './examples.fixture.ts'
import { nextOpening } from './minutes.ts'

const berlin = 'Europe/Berlin'
const inBerlin = (clock: string): Temporal.Instant => local(clock, berlin)
const date = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text)

describe('business days', () => {
  test.each([
    ['within the hours', '2026-06-04T10:30', 3, '2026-06-09T10:30'],
    ['before the opening', '2026-06-04T07:00', 1, '2026-06-05T09:00'],
    ['at the end of a day', '2026-06-04T17:00', 1, '2026-06-08T09:00'],
    ['on a weekend', '2026-06-06T12:00', 1, '2026-06-09T09:00'],
    ['over a clock change', '2026-03-27T16:00', 1, '2026-03-30T16:00'],
    ['none, outside of the hours', '2026-06-06T12:00', 0, '2026-06-08T09:00'],
  ])('a start %s keeps the clock time it counts from', (_, start, days, due) => {
    expect(addBusinessDays(nineToFive(berlin), inBerlin(start), days)).toEqual(inBerlin(due))
  })

  test('the clock time is kept where the day has other hours', () => {
    const cal = calendar({ zone: berlin, week: { thu: [['09:00', '17:00']], fri: [['09:00', '12:00']] } })
    expect(addBusinessDays(cal, inBerlin('2026-06-04T15:00'), 1)).toEqual(inBerlin('2026-06-05T15:00'))
  })

  test('the answer is a business day, as many on as was asked', () => {
    fc.assert(
      fc.property(calendarAndInstants, fc.integer({ min: 1, max: 60 }), ([cal, start], days) => {
        const opening = nextOpening(cal, start).toZonedDateTimeISO(cal.zone)
        // A zone that skips a whole day, or an hour at midnight, moves the answer off its day.
        fc.pre(cal.zone !== 'Pacific/Apia' && opening.hour > 1 && opening.hour < 23)
        const due = addBusinessDays(cal, start, days).toZonedDateTimeISO(cal.zone)
        expect(isBusinessDay(cal, due.toPlainDate())).toBe(true)
        let counted = 0
        for (let day = opening.toPlainDate(); !day.equals(due.toPlainDate()); day = day.add({ days: 1 }))
          if (isBusinessDay(cal, day)) counted++
        expect(counted).toBe(days)
        const [from, to] = [opening.toPlainTime(), due.toPlainTime()]
        if (opening.hour > 3) expect(to).toEqual(from)
      }),
    )
  })

  test('both ends count among the business days of a stretch', () => {
    const cal = nineToFive(berlin)
    const among = (first: string, last: string) => businessDaysIn(cal, date(first), date(last))
    expect(among('2026-06-04', '2026-06-04')).toBe(1)
    expect(among('2026-06-05', '2026-06-08')).toBe(2)
    expect(among('2026-06-06', '2026-06-09')).toBe(2)
    expect(among('2026-06-06', '2026-06-07')).toBe(0)
    expect(among('2026-06-09', '2026-06-08')).toBe(0)
  })

  test('an amount that means nothing, and a way out of the years 1900 to 2199, are refused', () => {
    const start = inBerlin('2026-06-04T10:30')
    const refused = (code: string) => expect.objectContaining({ code })
    for (const days of [-1, 0.5, Number.NaN])
      expect(() => addBusinessDays(nineToFive(berlin), start, days)).toThrow(refused('amount-malformed'))
    expect(() => addBusinessDays(roundTheClock(berlin), start, 1e6)).toThrow(refused('out-of-range'))
    expect(() => addCalendarDays(berlin, start, 1.5)).toThrow(refused('amount-malformed'))
    expect(() => addCalendarDays(berlin, start, 80_000)).toThrow(refused('out-of-range'))
  })
})

describe('calendar days', () => {
  test.each([
    ['the same clock time over a clock change', '2026-03-01T10:00', 120, '2026-06-29T10:00'],
    ['a time that is skipped is moved on by the gap', '2026-03-28T02:30', 1, '2026-03-29T03:30'],
    ['a time that comes twice is the first', '2026-10-24T02:30', 1, '2026-10-25T02:30+02:00'],
    ['back', '2026-03-30T02:30', -2, '2026-03-28T02:30'],
  ])('%s', (_, start, days, due) => {
    const expected = due.includes('+') ? Temporal.Instant.from(due) : inBerlin(due)
    expect(addCalendarDays(berlin, inBerlin(start), days)).toEqual(expected)
  })
})
