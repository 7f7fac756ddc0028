import { afterEach, expect, jest, test } from '@jest/globals'
import { distance, printTable } from './table.ts'

afterEach(() => {
  jest.restoreAllMocks()
})

test('columns are as wide as their widest cell on a terminal, where a Chinese character takes two', async () => {
  const lines: string[] = []
  jest.spyOn(process.stdout, 'write').mockImplementation(((text: string, done?: () => void) => {
    lines.push(text)
    done?.()
    return true
  }) as typeof process.stdout.write)
  await printTable([
    ['门诊', 'a', ''],
    ['Portal', 'bc', 'd'],
  ])
  await printTable([])
  expect(lines.join('')).toBe('门诊    a\nPortal  bc  d\n')
})

test.each([
  ['2026-03-03', '1 day late'],
  ['2026-02-27', '5 days late'],
  ['2026-03-04', 'today'],
  ['2026-03-05', 'in 1 day'],
  ['2026-03-11', 'in 7 days'],
])('%s is %s', (day, words) => {
  expect(distance(Temporal.PlainDate.from('2026-03-04'), Temporal.PlainDate.from(day))).toBe(words)
})
