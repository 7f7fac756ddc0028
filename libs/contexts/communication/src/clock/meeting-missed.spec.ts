import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { cancel } from '../meeting/cancel.ts'
import { anna, steering } from '../meeting/examples.fixture.ts'
import { hold } from '../meeting/hold.ts'
import { recordHeld } from '../meeting/record-held.ts'
import { reschedule } from '../meeting/reschedule.ts'
import { schedule } from '../meeting/schedule.ts'
import { clockedBy, type ClockedHouse } from './house.fixture.ts'
import { meetingMissedRule } from './meeting-missed.ts'

let h: ClockedHouse
let id: string
beforeEach(async () => {
  h = await clockedBy(meetingMissedRule)
  id = await h.does('2026-03-02T09:00:00Z', schedule, steering)
})
afterEach(() => h.clocked.stop())
const until = async (time: string) => {
  await h.clocked.at(time)
  return h.judged()
}
const missed = 'MeetingMissed 2026-03-12T10:00:00.000Z'

describe('the clock of meetings', () => {
  test('a meeting is missed at the end of its tolerance', async () => {
    expect(await until('2026-03-12T10:04:59Z')).toEqual([])
    expect(await until('2026-03-12T10:05:00Z')).toEqual([missed])
    expect(await until('2026-03-20T10:05:00Z')).toEqual([missed])
  })

  test('one that was held in time is not, also where it is told after', async () => {
    const then = { occurredAt: '2026-03-11T10:00:00.000Z' }
    await h.does('2026-03-13T09:00:00Z', hold, { attendees: [anna] }, id, then)
    expect(await until('2026-03-20T10:05:00Z')).toEqual([])
  })

  test('one that was held afterwards is, also where the clock comes to it only then', async () => {
    await h.does('2026-03-14T09:00:00Z', hold, { attendees: [anna] }, id)
    expect(await until('2026-03-20T10:05:00Z')).toEqual([missed])
    expect(await until('2026-03-21T10:05:00Z')).toHaveLength(1)
  })

  test('one that was cancelled is not, and one that was moved has another time', async () => {
    const other = await h.does('2026-03-02T09:00:01Z', schedule, steering)
    await h.does('2026-03-03T09:00:00Z', cancel, { reason: 'Settled.' }, other)
    await h.does('2026-03-12T10:00:00Z', reschedule, { startsAt: '2026-03-16T09:00:00Z', reason: 'Ill.' }, id)
    expect(await until('2026-03-17T10:04:00Z')).toEqual([])
    expect(await until('2026-03-17T10:05:00Z')).toEqual(['MeetingMissed 2026-03-17T10:00:00.000Z'])
  })

  test('one that was missed and moved all the same, told late, can be missed again', async () => {
    expect(await until('2026-03-12T10:05:00Z')).toEqual([missed])
    const then = { occurredAt: '2026-03-11T08:00:00.000Z' }
    await h.does('2026-03-13T09:00:00Z', reschedule, { startsAt: '2026-03-16T09:00:00Z', reason: 'Ill.' }, id, then)
    expect(await until('2026-03-17T10:05:00Z')).toEqual([missed, 'MeetingMissed 2026-03-17T10:00:00.000Z'])
  })

  test('what was never scheduled is not missed', async () => {
    const { title } = steering
    await h.does('2026-03-03T09:00:00Z', cancel, { reason: 'Settled.' }, id)
    await h.does('2026-03-03T09:00:00Z', recordHeld, { title })
    expect(await until('2026-03-20T10:05:00Z')).toEqual([])
  })
})
