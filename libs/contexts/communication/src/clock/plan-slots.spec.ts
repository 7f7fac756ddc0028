import { afterEach, describe, expect, test } from '@jest/globals'
import { ENGAGEMENT } from '@rapport/testing'
import { amend } from '../communication-plan/amend.ts'
import { dailyCall, weekly, weeklyReport } from '../communication-plan/examples.fixture.ts'
import { correct } from '../interaction/correct.ts'
import { log } from '../interaction/log.ts'
import { cancel } from '../meeting/cancel.ts'
import { anna } from '../meeting/examples.fixture.ts'
import { hold } from '../meeting/hold.ts'
import { recordHeld } from '../meeting/record-held.ts'
import { reschedule } from '../meeting/reschedule.ts'
import { schedule } from '../meeting/schedule.ts'
import { clockedBy, close, contact, type ClockedHouse } from './house.fixture.ts'
import { planSlotsRule } from './plan-slots.ts'

let h: ClockedHouse
afterEach(() => h.clocked.stop())
const begin = async (...cadences: object[]) => {
  h = await clockedBy(planSlotsRule)
  return h.plans({ cadences })
}
const meets = (startsAt: string, at = '2026-03-02T09:00:00Z') =>
  h.does(at, schedule, { title: 'Weekly', startsAt, durationMinutes: 60, cadence: weekly.name })
const until = async (time: string) => {
  await h.clocked.at(time)
  return h.judged()
}
const waiting = async () => (await h.clocked.waiting(planSlotsRule, ENGAGEMENT))!

describe('the clock of a plan’s slots', () => {
  test('a slot for which nothing was scheduled is missed at the end of its tolerance, after the grace', async () => {
    await begin(weekly)
    expect(await until('2026-03-05T09:04:59Z')).toEqual([])
    expect(await until('2026-03-05T09:05:00Z')).toEqual(['SlotMissed 2026-03-05T09:00:00.000Z 2026-W10'])
    expect(await until('2026-03-05T10:00:00Z')).toHaveLength(1)
    expect((await waiting())['due']).toBe('2026-03-12T09:00:00.000Z')
  })

  test('a meeting takes the slot that it is scheduled for, also when it is moved', async () => {
    await begin(weekly)
    const id = await meets('2026-03-04T09:00:00.000Z')
    await h.does('2026-03-03T09:00:00Z', reschedule, { startsAt: '2026-03-10T09:00:00.000Z', reason: 'Ill.' }, id)
    expect(await until('2026-03-12T09:05:00Z')).toEqual(['SlotMissed 2026-03-12T09:00:00.000Z 2026-W11'])
  })

  test('one that is scheduled too late does not, nor one that is cancelled in time', async () => {
    await begin(weekly)
    const id = await meets('2026-03-04T09:00:00.000Z')
    await h.does('2026-03-03T09:00:00Z', cancel, { reason: 'Settled.' }, id)
    await h.does('2026-03-05T09:00:00.001Z', schedule, {
      title: 'Weekly',
      startsAt: '2026-03-06T09:00:00.000Z',
      durationMinutes: 60,
      cadence: weekly.name,
    })
    expect(await until('2026-03-06T09:05:00Z')).toEqual(['SlotMissed 2026-03-05T09:00:00.000Z 2026-W10'])
  })

  test('what is held without having been scheduled takes its slot, when it was in time', async () => {
    await begin(weekly)
    const held = (at: string) =>
      h.does('2026-03-20T09:00:00Z', recordHeld, { title: 'Weekly', cadence: weekly.name }, undefined, {
        occurredAt: at,
      })
    await held('2026-03-04T10:00:00.000Z')
    await held('2026-03-12T10:00:00.000Z')
    expect(await until('2026-03-20T09:05:00Z')).toEqual([
      'SlotMissed 2026-03-12T09:00:00.000Z 2026-W11',
      'SlotMissed 2026-03-19T09:00:00.000Z 2026-W12',
    ])
  })

  test('I-27 a report that was not issued', async () => {
    await begin(weeklyReport)
    expect(await until('2026-03-07T16:05:00Z')).toEqual(['ReportNotIssued 2026-03-07T16:00:00.000Z 2026-W10'])
  })

  test('a call takes the turn in which it was, as last corrected', async () => {
    await begin(dailyCall)
    const call = await h.does('2026-03-02T07:30:00Z', log, contact({ channel: 'phone' }))
    const mail = await h.does('2026-03-03T07:30:00Z', log, contact())
    expect(await until('2026-03-03T07:45:00Z')).toEqual([])
    await h.does('2026-03-03T07:50:00Z', correct, { channel: 'phone', reason: 'A call.' }, mail)
    expect(await until('2026-03-03T08:05:00Z')).toEqual([])
    await h.does('2026-03-03T09:00:00Z', correct, { channel: 'letter', reason: 'None.' }, mail)
    expect(await until('2026-03-03T09:05:00Z')).toEqual(['SlotMissed 2026-03-03T08:00:00.000Z 2026-03-03'])
    await h.does('2026-03-03T09:10:00Z', correct, { reason: 'Later.' }, call, {
      occurredAt: '2026-03-02T07:40:00.000Z',
    })
    expect(await until('2026-03-03T09:15:00Z')).toHaveLength(1)
  })

  test('I-27 slots are judged by the plan that was in force when they were planned', async () => {
    const plan = await begin(weekly)
    const fridays = { cadences: [{ ...weekly, weekday: 'fri', toleranceDays: 0 }] }
    await h.does('2026-03-05T08:00:00Z', amend, fridays, plan)
    expect(await until('2026-03-13T09:05:00Z')).toEqual([
      'SlotMissed 2026-03-05T09:00:00.000Z 2026-W10',
      'SlotMissed 2026-03-13T09:00:00.000Z 2026-W11',
    ])
  })

  test('of several cadences the one that is due first comes first', async () => {
    await begin(weekly, weeklyReport, { ...dailyCall, every: { unit: 'days', n: 4 } })
    expect(await until('2026-03-14T16:05:00Z')).toEqual([
      'SlotMissed 2026-03-02T08:00:00.000Z 2026-03-02',
      'SlotMissed 2026-03-05T09:00:00.000Z 2026-W10',
      'SlotMissed 2026-03-06T08:00:00.000Z 2026-03-06',
      'ReportNotIssued 2026-03-07T16:00:00.000Z 2026-W10',
      'SlotMissed 2026-03-10T08:00:00.000Z 2026-03-10',
      'SlotMissed 2026-03-12T09:00:00.000Z 2026-W11',
      'SlotMissed 2026-03-14T08:00:00.000Z 2026-03-14',
      'ReportNotIssued 2026-03-14T16:00:00.000Z 2026-W11',
    ])
  })

  test('what is due after the engagement has closed is not judged, what was due before is', async () => {
    await begin(weekly)
    await h.does('2026-03-12T09:00:00Z', close, { reason: 'Done.' })
    expect(await until('2026-04-30T09:00:00Z')).toEqual([
      'SlotMissed 2026-03-05T09:00:00.000Z 2026-W10',
      'SlotMissed 2026-03-12T09:00:00.000Z 2026-W11',
    ])
    expect((await waiting())['due']).toBe('')
  })

  test('slots that are settled are not kept, however long it goes on', async () => {
    await begin(weekly, dailyCall)
    let day = Temporal.PlainDate.from('2026-03-02')
    for (let n = 0; n < 60; n++, day = day.add({ days: 1 })) {
      if (n % 3 !== 0) await h.does(`${day.toString()}T07:30:00Z`, log, contact({ channel: 'phone' }))
      if (day.dayOfWeek === 1 && n % 2 === 0)
        await meets(`${day.add({ days: 2 }).toString()}T09:00:00.000Z`, `${day.toString()}T08:00:00Z`)
      const open = (
        await h.house.events('communication.meeting', h.house.store.log.all.at(-1)!.stream.split('~')[1]!)
      ).at(-1)
      if (open?.type === 'MeetingScheduled')
        await h.does(`${day.toString()}T15:00:00Z`, hold, { attendees: [anna] }, open.streamId)
      await h.clocked.at(`${day.toString()}T20:00:00Z`)
    }
    const { rhythms } = (await waiting()) as unknown as { rhythms: { kept: unknown[] }[] }
    for (const { kept } of rhythms) expect(kept.length).toBeLessThanOrEqual(2)
    expect((await h.judged()).length).toBeGreaterThan(20)
  })
})
