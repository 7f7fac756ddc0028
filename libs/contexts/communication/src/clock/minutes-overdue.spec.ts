import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { anna } from '../meeting/examples.fixture.ts'
import { correctMinutes } from '../meeting/correct-minutes.ts'
import { recordHeld } from '../meeting/record-held.ts'
import { recordMinutes } from '../meeting/record-minutes.ts'
import { clockedBy, type ClockedHouse } from './house.fixture.ts'
import { minutesOverdueRule } from './minutes-overdue.ts'

let h: ClockedHouse
beforeEach(async () => {
  h = await clockedBy(minutesOverdueRule)
})
afterEach(() => h.clocked.stop())
/** A meeting of Wednesday, 11 March, ten in the morning; its minutes are due on Friday. */
const holds = (more: object = {}) =>
  h.does('2026-03-11T10:00:00Z', recordHeld, { title: 'x', attendees: [anna], ...more })
const until = async (time: string) => {
  await h.clocked.at(time)
  return h.judged()
}
const overdue = 'MinutesOverdue 2026-03-13T10:00:00.000Z'

describe('the clock of minutes', () => {
  test('I-20 a held meeting without minutes after two working days', async () => {
    await holds()
    expect(await until('2026-03-13T10:04:59Z')).toEqual([])
    expect(await until('2026-03-13T10:05:00Z')).toEqual([overdue])
    expect(await until('2026-03-30T10:05:00Z')).toEqual([overdue])
  })

  test('I-20 minutes in time, also of the meeting itself', async () => {
    await holds({ minutes: 'All said.' })
    const id = await holds()
    await h.does('2026-03-13T10:00:00Z', recordMinutes, { text: 'All said.' }, id)
    expect(await until('2026-03-30T10:05:00Z')).toEqual([])
  })

  test('I-20 minutes that came after do not undo that they were overdue', async () => {
    const id = await holds()
    await h.does('2026-03-13T10:00:00.001Z', recordMinutes, { text: 'All said.' }, id)
    expect(await until('2026-03-30T10:05:00Z')).toEqual([overdue])
  })

  test('I-20 minutes that a correction finds to have been in time', async () => {
    const id = await holds()
    await h.does('2026-03-13T10:00:00.001Z', recordMinutes, { text: 'All said.' }, id)
    const then = { occurredAt: '2026-03-12T10:00:00.000Z' }
    await h.does('2026-03-13T10:01:00Z', correctMinutes, { reason: 'Written the day before.' }, id, then)
    expect(await until('2026-03-30T10:05:00Z')).toEqual([])
  })
})
