import { describe, expect, test } from '@jest/globals'
import { date, instant, zone } from './fields.ts'
import { dayEnd, dayStart, isBefore, onDay, parseDate, parseInstant } from './time.ts'

describe('time', () => {
  test.each([
    '2026-02-30',
    '2027-02-29T10:00:00Z',
    '2026-13-01',
    '-2012',
    '2026-W05',
    '2026-05-01T24:30:00Z',
    '2026-05-01T10:00:60Z',
    '2026-05-01T10:00:00',
    '2026-05-01T10:00:00.1234Z',
    '2026-05-01 10:00:00Z',
    '+012026-05-01',
    '0000-01-01',
    '2026-5-1',
    '',
  ])('BR-59 %s is no date and no instant, at the gate and in the schema alike', (text) => {
    expect([parseDate(text), parseInstant(text)]).toEqual([undefined, undefined])
    expect([date().safeParse(text).success, instant().safeParse(text).success]).toEqual([false, false])
  })

  test('BR-59 29 February exists in a leap year', () => {
    expect(parseDate('2028-02-29')).toBe('2028-02-29')
    expect(date().parse('2028-02-29')).toBe('2028-02-29')
  })

  test('an instant has one text, whatever its offset was', () => {
    for (const text of ['2026-03-02T12:00:00Z', '2026-03-02T13:00:00.0+01:00', '2026-03-02T04:00:00.000-08:00'])
      expect([parseInstant(text), instant().parse(text)]).toEqual([
        '2026-03-02T12:00:00.000Z',
        '2026-03-02T12:00:00.000Z',
      ])
  })

  test.each(['Europe/Berlin', 'Asia/Shanghai', 'UTC'])('%s is a zone', (text) =>
    expect(zone().safeParse(text).success).toBe(true),
  )
  test.each(['+01:00', 'Europe/Nowhere', 'undefined', '../etc'])('%s is none', (text) =>
    expect(zone().safeParse(text).success).toBe(false),
  )

  test('a day begins at its first instant, also where the zone skips midnight, and ends where the next begins', () => {
    expect(dayStart('2026-04-20', 'Asia/Shanghai')).toBe('2026-04-19T16:00:00.000Z')
    expect(dayStart('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z')
    expect(dayEnd('2026-03-29', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
  })

  test('before, by the coarser of two precisions', () => {
    const day = onDay('2026-03-02', 'Asia/Shanghai')
    const instantAt = (occurredAt: string) => ({ occurredAt })
    expect(isBefore(day, instantAt('2026-03-02T15:59:59.999Z'))).toBe(false)
    expect(isBefore(day, instantAt('2026-03-02T16:00:00.000Z'))).toBe(true)
    expect(isBefore(instantAt('2026-03-01T16:00:00.000Z'), day)).toBe(false)
    expect(isBefore(instantAt('2026-03-01T15:59:59.999Z'), day)).toBe(true)
    expect(isBefore(onDay('2026-03-01', 'Asia/Shanghai'), day)).toBe(true)
    expect(isBefore(day, day)).toBe(false)
  })
})
