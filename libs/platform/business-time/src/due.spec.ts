import { describe, expect, test } from '@jest/globals'
import { dueDate, dueState } from './due.ts'
import { utc } from './examples.fixture.ts'

const zone = 'America/Los_Angeles'
const due = utc('2026-05-21T07:00:00Z')

describe('due', () => {
  test('BR-24 the end of a day is that day, in its own zone', () => {
    expect(dueDate(due, zone).toString()).toBe('2026-05-20')
    expect(dueDate(due.add({ milliseconds: 1 }), zone).toString()).toBe('2026-05-21')
    expect(dueDate(utc('2026-05-20T17:00:00Z'), zone).toString()).toBe('2026-05-20')
    expect(dueDate(due, 'Asia/Shanghai').toString()).toBe('2026-05-21')
  })

  test.each([
    ['2026-05-20T06:59:59.999Z', 'later'],
    ['2026-05-20T07:00:00.000Z', 'today'],
    ['2026-05-21T03:00:00.000Z', 'today'],
    ['2026-05-21T06:59:59.999Z', 'today'],
    ['2026-05-21T07:00:00.000Z', 'overdue'],
  ] as const)('BR-24 at %s it is %s', (now, state) => {
    const told = dueState(due, utc(now), zone)
    expect([told.on.toString(), told.state]).toEqual(['2026-05-20', state])
  })
})
