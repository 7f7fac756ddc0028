import { describe, expect, test } from '@jest/globals'
import { isoWeek, parseIsoWeek } from './iso-week.ts'

const date = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text)

describe('weeks', () => {
  test.each([
    ['2025-W52', '2025-12-22', '2025-12-28'],
    ['2026-W01', '2025-12-29', '2026-01-04'],
    ['2020-W53', '2020-12-28', '2021-01-03'],
    ['2026-W53', '2026-12-28', '2027-01-03'],
  ])('BR-26 %s goes from %s to %s', (name, monday, sunday) => {
    expect([isoWeek(date(monday)), isoWeek(date(sunday))]).toEqual([name, name])
    expect(parseIsoWeek(name)).toEqual({ monday: date(monday), sunday: date(sunday) })
  })

  test.each(['2025-W53', '2026-W00', '2026-W54', '2026-W1', '2026W01', '2026-w01', '1899-W01', ' 2026-W01', '2026-01'])(
    'BR-26 %s is refused',
    (text) => expect(parseIsoWeek(text)).toBeUndefined(),
  )

  test('BR-26 every day of three centuries is in a week that is named by it alone', () => {
    const names = new Set<string>()
    for (let monday = date('1900-01-01'); monday.year < 2200; monday = monday.add({ days: 7 })) {
      const name = isoWeek(monday)
      expect(parseIsoWeek(name)?.monday.equals(monday)).toBe(true)
      names.add(name)
    }
    expect(names.size).toBe(15_654)
  })
})
