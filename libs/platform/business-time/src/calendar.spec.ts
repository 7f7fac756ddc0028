import { describe, expect, test } from '@jest/globals'
import { calendar, calendarProblem, isBusinessDay, roundTheClock, type CalendarDefinition } from './calendar.ts'

const zone = 'Europe/Berlin'
const monday = (...mon: (readonly [string, string])[]): CalendarDefinition => ({ zone, week: { mon } })

describe('a calendar', () => {
  test('takes several blocks a day, also such that touch, and 24:00 as the end of one', () => {
    expect(calendarProblem(monday(['00:00', '09:30'], ['09:30', '12:00'], ['13:00', '24:00']))).toBeUndefined()
  })

  test.each<[string, string, CalendarDefinition]>([
    ['zone-unknown', 'zone', { zone: 'Mars/Base', week: {} }],
    ['zone-unknown', 'zone', { zone: '+01:00', week: {} }],
    ['weekday-unknown', 'week.mo', { zone, week: { mo: [] } as CalendarDefinition['week'] }],
    ['block-malformed', 'week.mon.0', monday(['9:00', '17:00'])],
    ['block-malformed', 'week.mon.0', monday(['09:00', '24:01'])],
    ['block-malformed', 'week.mon.0', monday(['09:60', '17:00'])],
    ['block-empty', 'week.mon.0', monday(['17:00', '17:00'])],
    ['block-empty', 'week.mon.0', monday(['22:00', '06:00'])],
    ['block-empty', 'week.mon.0', monday(['24:00', '24:00'])],
    ['blocks-unordered', 'week.mon.1', monday(['09:00', '13:00'], ['12:59', '17:00'])],
    ['blocks-unordered', 'week.mon.1', monday(['13:00', '17:00'], ['09:00', '12:00'])],
    ['holiday-malformed', 'holidays.1', { ...monday(['09:00', '17:00']), holidays: ['2026-05-01', '2026-02-30'] }],
    ['calendar-closed', 'week', { zone, week: { mon: [] } }],
  ])('is refused as %s at %s', (code, at, definition) => {
    expect(calendarProblem(definition)).toEqual({ code, at })
    expect(() => calendar(definition)).toThrow(expect.objectContaining({ code, detail: { at } }))
  })

  test('has business days: those with a block that are no holiday', () => {
    const cal = calendar({ ...monday(['09:00', '17:00']), holidays: ['2026-06-08'] })
    const days = ['2026-06-01', '2026-06-02', '2026-06-08'].map((day) => Temporal.PlainDate.from(day))
    expect(days.map((day) => isBusinessDay(cal, day))).toEqual([true, false, false])
    expect(isBusinessDay(roundTheClock(zone), days[1]!)).toBe(true)
  })
})
