import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ENGAGEMENT } from '@rapport/testing'
import { clock } from '../clock.ts'
import { weekly } from '../communication-plan/examples.fixture.ts'
import { log } from '../interaction/log.ts'
import { anna } from '../meeting/examples.fixture.ts'
import { recordHeld } from '../meeting/record-held.ts'
import { schedule } from '../meeting/schedule.ts'
import { clockedBy, contact, type ClockedHouse } from './house.fixture.ts'

let h: ClockedHouse
beforeEach(async () => {
  h = await clockedBy(...clock)
  await h.plans({ cadences: [weekly] })
  const friday = { title: 'Review', startsAt: '2026-03-06T09:00:00Z', durationMinutes: 60 }
  await h.does('2026-03-02T09:00:00Z', schedule, friday)
  await h.does('2026-03-03T09:00:00Z', recordHeld, { title: 'Kick-off', attendees: [anna] })
})
afterEach(() => h.clocked.stop())
const all = [
  'MinutesOverdue 2026-03-05T09:00:00.000Z',
  'SlotMissed 2026-03-05T09:00:00.000Z 2026-W10',
  'MeetingMissed 2026-03-07T10:00:00.000Z',
  'SlotMissed 2026-03-12T09:00:00.000Z 2026-W11',
  'SilenceDetected 2026-03-13T09:00:00.000Z 2026-03-03T09:00:00.000Z',
]
const sorted = async () => (await h.judged()).toSorted()
const byDue = (line: string) => line.split(' ')[1]!

describe('the clock of communication', () => {
  test('I-20 I-27 I-29 after a standstill all rules are judged together, what was due first first', async () => {
    await h.clocked.at('2026-03-14T00:00:00Z')
    const judged = await h.judged()
    expect(judged.map(byDue)).toEqual(judged.map(byDue).toSorted())
    expect(judged.toSorted()).toEqual(all.toSorted())
  })

  test('I-20 I-27 I-29 several clocks at once record each fact once', async () => {
    h.house.now = Temporal.Instant.from('2026-03-14T00:00:00Z')
    await Promise.all([h.clocked.another(), h.clocked.another(), h.clocked.another()].map((role) => role.tick()))
    expect(await sorted()).toEqual(all.toSorted())
    expect(h.clocked.refused).toEqual([])
  })

  test('I-20 I-27 I-29 what an import is about to tell is judged once, after the import', async () => {
    h.clocked.held.add(ENGAGEMENT)
    expect(await h.clocked.at('2026-03-14T00:00:00Z')).toBe(0)
    // It brings a meeting of the tenth week and a mail of the eleventh.
    const told = (at: string) => ({ occurredAt: at })
    const meeting = { title: 'Weekly', cadence: weekly.name, minutes: 'All said.' }
    await h.does('2026-03-14T00:00:00Z', recordHeld, meeting, undefined, told('2026-03-04T09:00:00.000Z'))
    await h.does('2026-03-14T00:00:00Z', log, contact(), undefined, told('2026-03-12T12:00:00.000Z'))
    h.clocked.held.clear()
    await h.clocked.at('2026-03-14T00:01:00Z')
    await h.clocked.at('2026-03-14T00:02:00Z')
    expect(await sorted()).toEqual(all.filter((line) => !/W10|Silence/.test(line)).toSorted())
    expect(h.clocked.refused).toEqual([])
  })
})
