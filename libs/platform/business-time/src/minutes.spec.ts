import { describe, expect, test } from '@jest/globals'
import { calendar, roundTheClock } from './calendar.ts'
import { local, mondayToFriday, nineToFive, utc } from './examples.fixture.ts'
import { addBusinessMinutes, businessMinutesBetween, isOpen, nextOpening } from './minutes.ts'

const berlin = 'Europe/Berlin'
const inBerlin = (clock: string): Temporal.Instant => local(clock, berlin)

describe('business minutes', () => {
  test('BR-01 a calendar round the clock loses no minute at midnight', () => {
    const cal = roundTheClock('Asia/Shanghai')
    const start = local('2026-03-10T23:30', 'Asia/Shanghai')
    expect(addBusinessMinutes(cal, start, 60)).toEqual(utc('2026-03-10T16:30:00Z'))
    expect(businessMinutesBetween(cal, start, start.add({ hours: 24 * 365 }))).toBe(365 * 1440)
  })

  test('BR-03 a deadline over a clock change keeps the hours of the wall', () => {
    const zone = 'America/New_York'
    const cal = nineToFive(zone)
    expect(addBusinessMinutes(cal, local('2026-03-06T15:00', zone), 480)).toEqual(utc('2026-03-09T19:00:00Z'))
    expect(businessMinutesBetween(cal, local('2026-03-06T14:00', zone), local('2026-03-06T16:30', zone))).toBe(150)
  })

  test('BR-05 a pause over a weekend is worth the hours it took of the calendar', () => {
    const cal = nineToFive(berlin)
    const [start, wait, resume] = ['2026-06-05T10:00', '2026-06-05T16:00', '2026-06-08T10:00'].map(inBerlin) as [
      Temporal.Instant,
      Temporal.Instant,
      Temporal.Instant,
    ]
    expect(businessMinutesBetween(cal, wait, resume)).toBe(120)
    const due = addBusinessMinutes(cal, resume, 480 - businessMinutesBetween(cal, start, wait))
    expect(due).toEqual(utc('2026-06-08T10:00:00Z'))
    expect(due).toEqual(addBusinessMinutes(cal, start, 480 + 120))
  })

  test('BR-07 two hours of a calendar round the clock are two hours', () => {
    const cal = roundTheClock(berlin)
    expect(addBusinessMinutes(cal, inBerlin('2026-06-10T13:00'), 120)).toEqual(inBerlin('2026-06-10T15:00'))
  })

  test('BR-09 what ran before a reopening is kept', () => {
    const cal = nineToFive(berlin)
    const first = businessMinutesBetween(cal, inBerlin('2026-06-08T09:00'), inBerlin('2026-06-08T12:00'))
    const second = businessMinutesBetween(cal, inBerlin('2026-06-09T15:00'), inBerlin('2026-06-10T10:00'))
    expect([first, first + second]).toEqual([180, 360])
    expect(addBusinessMinutes(cal, inBerlin('2026-06-09T15:00'), 480 - first)).toEqual(inBerlin('2026-06-10T12:00'))
  })

  test('holidays and the time between two blocks hold no minute', () => {
    const cal = mondayToFriday(
      berlin,
      [
        ['09:00', '12:00'],
        ['13:00', '17:00'],
      ],
      ['2026-05-01'],
    )
    const start = inBerlin('2026-04-30T11:00')
    expect(addBusinessMinutes(cal, start, 60)).toEqual(inBerlin('2026-04-30T12:00'))
    expect(addBusinessMinutes(cal, start, 61)).toEqual(inBerlin('2026-04-30T13:01'))
    expect(addBusinessMinutes(cal, start, 5 * 60 + 1)).toEqual(inBerlin('2026-05-04T09:01'))
    expect(businessMinutesBetween(cal, start, inBerlin('2026-05-04T09:01'))).toBe(301)
    expect(businessMinutesBetween(cal, inBerlin('2026-05-04T09:01'), start)).toBe(-301)
    expect(businessMinutesBetween(cal, inBerlin('2026-05-02T09:00'), inBerlin('2026-05-01T09:00'))).toBe(0)
  })

  test('a block that holds a clock change has an hour less, or an hour more', () => {
    const cal = roundTheClock(berlin)
    const nights = calendar({ zone: berlin, week: { sun: [['00:00', '06:00']] } })
    for (const [day, hours] of [
      ['2026-03-29', 5],
      ['2026-10-25', 7],
      ['2026-11-01', 6],
    ] as const) {
      const [from, to] = [inBerlin(`${day}T00:00`), inBerlin(`${day}T06:00`)]
      expect([nights, cal].map((each) => businessMinutesBetween(each, from, to))).toEqual([hours * 60, hours * 60])
    }
  })

  test('a block that a gap swallows has no minute, and its neighbour is not counted twice', () => {
    const cal = calendar({
      zone: berlin,
      week: {
        sun: [
          ['02:00', '02:45'],
          ['03:00', '04:00'],
        ],
      },
    })
    const [from, to] = [inBerlin('2026-03-29T00:00'), inBerlin('2026-03-30T00:00')]
    expect(businessMinutesBetween(cal, from, to)).toBe(60)
    expect(nextOpening(cal, from)).toEqual(utc('2026-03-29T01:00:00Z'))
  })

  test('a day that never was on the wall is no working day', () => {
    const cal = mondayToFriday('Pacific/Apia', [['09:00', '17:00']])
    const friday = local('2011-12-30T12:00', 'Pacific/Apia')
    expect(businessMinutesBetween(cal, friday.subtract({ hours: 24 }), friday)).toBe(300)
    expect(addBusinessMinutes(cal, utc('2011-12-30T01:00:00Z'), 360)).toEqual(local('2012-01-02T13:00', cal.zone))
  })

  test('fractions of a minute are kept to the millisecond', () => {
    const cal = nineToFive(berlin)
    const start = inBerlin('2026-06-05T16:59:59.250')
    expect(addBusinessMinutes(cal, start, 0.025)).toEqual(inBerlin('2026-06-08T09:00:00.750'))
    expect(businessMinutesBetween(cal, start, inBerlin('2026-06-08T09:00:00.750'))).toBe(0.025)
  })

  test('a calendar is open from an opening on and closed at the end', () => {
    const cal = nineToFive(berlin)
    const opening = inBerlin('2026-06-05T09:00')
    const end = inBerlin('2026-06-05T17:00')
    const ms = { milliseconds: 1 }
    expect([opening.subtract(ms), opening, end.subtract(ms), end].map((at) => isOpen(cal, at))).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect([opening.subtract(ms), opening, end].map((at) => nextOpening(cal, at))).toEqual([
      opening,
      opening,
      inBerlin('2026-06-08T09:00'),
    ])
  })

  test('an amount that means nothing, and a way out of the years 1900 to 2199, are refused', () => {
    const cal = nineToFive(berlin)
    const start = inBerlin('2026-06-05T09:00')
    for (const minutes of [-1, Number.NaN, Infinity])
      expect(() => addBusinessMinutes(cal, start, minutes)).toThrow(
        expect.objectContaining({ code: 'amount-malformed' }),
      )
    expect(() => addBusinessMinutes(cal, start, 1e9)).toThrow(expect.objectContaining({ code: 'out-of-range' }))
  })
})
