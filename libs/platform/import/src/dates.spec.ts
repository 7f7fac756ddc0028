import { describe, expect, test } from '@jest/globals'
import { datePattern } from './dates.ts'
import type { DatePattern } from './dates.ts'

const read = (pattern: string, text: string, zone = 'America/New_York') =>
  (datePattern(pattern) as DatePattern).read(text, zone)

describe('patterns', () => {
  test.each([
    ['MM/dd/yyyy hh:mm:ss a', '01/02/2015 01:30:55 PM', { instant: '2015-01-02T18:30:55.000Z' }],
    ['MM/dd/yyyy hh:mm:ss a', '07/02/2015 12:00:00 am', { instant: '2015-07-02T04:00:00.000Z' }],
    ['yyyy-MM-dd HH:mm:ss', '2012-04-03 16:55:38', { instant: '2012-04-03T20:55:38.000Z' }],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '2010-03-31T15:59:42+01:00', { instant: '2010-03-31T14:59:42.000Z' }],
    ['yyyy-MM-ddTHH:mm:ss.SSSXXX', '2010-03-31T15:59:42.123Z', { instant: '2010-03-31T15:59:42.123Z' }],
    ['dd-MMM-yy', '07-Feb-69', { date: '2069-02-07' }],
    ['dd-MMM-yy', '07-feb-70', { date: '1970-02-07' }],
    ['M/d/yyyy', '3/9/2012', { date: '2012-03-09' }],
    ['yyyy年M月d日', '2026年5月1日', { date: '2026-05-01' }],
    ['epoch-seconds', '1577808000', { instant: '2019-12-31T16:00:00.000Z' }],
    ['epoch-milliseconds', '1577808000123', { instant: '2019-12-31T16:00:00.123Z' }],
  ])('%s reads %s', (pattern, text, moment) => {
    expect(read(pattern, text)).toEqual(moment)
  })

  test.each([
    ['yyyy-MM-dd', '2026-02-30'],
    ['yyyy-MM-dd', '2027-02-29'],
    ['yyyy-MM-dd', '2026-13-01'],
    ['yyyy-MM-dd', '-2012'],
    ['yyyy-MM-dd', '2026-W05'],
    ['yyyy-MM-dd', '2026-1-01'],
    ['yyyy-MM-dd', '2026-05-01 and more'],
    ['yyyy-MM-ddTHH:mm:ssXXX', '2027-02-29T10:00:00Z'],
    ['yyyy-MM-ddTHH:mm:ssXXX', '2026-05-01T24:30:00Z'],
    ['yyyy-MM-ddTHH:mm:ss', '2026-05-01T23:59:60'],
    ['MM/dd/yyyy hh:mm a', '01/02/2015 13:00 PM'],
    ['MM/dd/yyyy hh:mm a', '01/02/2015 00:10 AM'],
    ['epoch-seconds', '1577808000123'],
    ['epoch-milliseconds', '12.5'],
    ['excel-1900', '60'],
    ['excel-1900', '0'],
  ])('BR-59 %s refuses %s', (pattern, text) => {
    expect(read(pattern, text)).toBeUndefined()
  })

  test('BR-59 a leap day that exists is accepted', () => {
    expect(read('yyyy-MM-dd', '2028-02-29')).toEqual({ date: '2028-02-29' })
  })

  test.each([
    ['a gap is passed over', '2015-03-08 02:30', '2015-03-08T07:30:00.000Z'],
    ['the first of two equal times counts', '2015-11-01 01:30', '2015-11-01T05:30:00.000Z'],
  ])('at a change of the clock %s', (_rule, text, instant) => {
    expect(read('yyyy-MM-dd HH:mm', text)).toEqual({ instant })
  })
})

describe('BR-40 workbook dates', () => {
  test.each(['UTC', 'Asia/Shanghai', 'America/New_York'])('keep their day whatever the process zone (%s)', (zone) => {
    const before = process.env['TZ']
    process.env['TZ'] = zone
    try {
      expect(read('excel-1900', '45292')).toEqual({ date: '2024-01-01' })
      expect(read('excel-1904', '43830.0')).toEqual({ date: '2024-01-01' })
      expect(read('excel-1900', '45292.5416666667')).toEqual({ instant: '2024-01-01T18:00:00.000Z' })
    } finally {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    }
  })

  test('count the day that never was in the 1900 calendar', () => {
    expect(read('excel-1900', '59')).toEqual({ date: '1900-02-28' })
    expect(read('excel-1900', '61')).toEqual({ date: '1900-03-01' })
  })
})

test.each(['yyyy-MM', 'dd.MM.yyyy hh:mm', 'yyyy-MM-dd mm', 'yyyy-MM-dd q', 'yyyy-yy-MM-dd'])(
  'the pattern %s is refused',
  (pattern) => {
    expect(datePattern(pattern)).toEqual({ wrong: expect.any(String) })
  },
)
