import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { addBusinessDays, addCalendarDays, businessDaysIn } from './days.ts'
import { mondayToFriday } from './examples.fixture.ts'

// Test input that may not be copied into the repository.
const data = join(import.meta.dirname, '../../../../../shared/data')
const missing = !existsSync(data)
  ? 'skipped: ../shared/data is not here'
  : spawnSync('xz', ['--version']).status !== 0
    ? 'skipped: xz is not here'
    : undefined
const run = missing === undefined ? test : test.skip
const name = (what: string): string => (missing === undefined ? what : `${what} (${missing})`)

const lines = (file: string): string[] =>
  spawnSync('xz', ['-dc', join(data, file)], { encoding: 'utf8', maxBuffer: 1 << 28 })
    .stdout.trimEnd()
    .split('\n')
    .slice(1)

const zone = 'America/New_York'
const city = mondayToFriday(
  zone,
  [['08:30', '17:00']],
  [
    ...['2015-01-01', '2015-01-19', '2015-02-16', '2015-04-20', '2015-05-25', '2015-09-07', '2015-10-12'],
    ...['2015-11-11', '2015-11-26', '2015-12-25', '2016-01-01', '2016-01-18'],
  ],
)

/** `01/02/2015 01:30:55 PM` on the wall of Boston. */
function boston(text: string): Temporal.Instant {
  const [month, day, year, hour, minute, second, half] = text.split(/[/: ]/) as [string, ...string[]]
  const plain = Temporal.PlainDateTime.from({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: (Number(hour) % 12) + (half === 'PM' ? 12 : 0),
    minute: Number(minute),
    second: Number(second),
  })
  return plain.toZonedDateTime(zone).toInstant()
}

type Target = (opened: Temporal.Instant) => Temporal.Instant
const businessDays =
  (days: number): Target =>
  (opened) =>
    addBusinessDays(city, opened, days)
const change = Temporal.Instant.from('2015-02-16T00:00-05:00')

describe(name('targets of a city, within 90 seconds'), () => {
  run.each<[string, string, number, number, Target]>([
    ['3 business days', 'Building_Inspection_Request', 4961, 4961, businessDays(3)],
    ['10 business days', 'General_Comments_For_a_Program_or_Policy', 4837, 4840, businessDays(10)],
    ['120 calendar days', 'Unsatisfactory_Living_Conditions', 2594, 2595, (at) => addCalendarDays(zone, at, 120)],
    ['5 business days', 'Equipment_Repair', 1660, 1702, businessDays(5)],
    [
      '5 business days, 3 from a day on',
      'Contractor_Complaints',
      895,
      898,
      (at) => businessDays(Temporal.Instant.compare(at, change) < 0 ? 5 : 3)(at),
    ],
  ])('%s: %s, %i of %i', (_, file, fit, all, target) => {
    const rows = lines(`boston311-sla-dev/${file}.csv.xz`).map(
      (line) => line.split(',').slice(2, 4) as [string, string],
    )
    const off = rows
      .filter(([, due]) => due !== '')
      .map(([opened, due]) => Math.abs(target(boston(opened)).epochMilliseconds - boston(due).epochMilliseconds))
    expect([off.filter((ms) => ms <= 90_000).length, off.length]).toEqual([fit, all])
  })
})

describe(name('lead and cycle times of a product team'), () => {
  const team = mondayToFriday(
    'Europe/London',
    [['09:00', '17:00']],
    [
      ...['2009-04-10', '2009-04-13', '2009-05-04', '2009-05-25', '2009-08-31', '2009-12-25', '2009-12-28'],
      ...['2010-01-01', '2010-04-02', '2010-04-05', '2010-05-03', '2010-05-31', '2010-08-30', '2010-12-27'],
      ...['2010-12-28', '2011-01-03', '2011-04-22', '2011-04-25', '2011-04-29', '2011-05-02', '2011-05-30'],
      ...['2011-08-29', '2011-12-26', '2011-12-27', '2012-01-02', '2012-04-06', '2012-04-09', '2012-05-07'],
      ...['2012-06-04', '2012-06-05'],
    ],
  )
  const date = (text: string) => Temporal.PlainDate.from(text.split('/').toReversed().join('-'))

  // The rest were counted with another list of holidays, begin or end on a day off, or end before they begin.
  run('are working days with both ends counted: 3162 and 3178 of 3238', () => {
    const fit = [0, 0]
    const rows = lines('7digital-features/7digital2012.csv.xz').map((line) => line.replaceAll('"', '').split(','))
    for (const [, , prioritised, started, done, lead, cycle] of rows) {
      if (businessDaysIn(team, date(prioritised!), date(done!)) === Number(lead)) fit[0]!++
      if (businessDaysIn(team, date(started!), date(done!)) === Number(cycle)) fit[1]!++
    }
    expect([...fit, rows.length]).toEqual([3162, 3178, 3238])
  })
})
