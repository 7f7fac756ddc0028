import { describe, expect, test } from '@jest/globals'
import { cancel as cancelMeeting } from '../meeting/cancel.ts'
import { hold } from '../meeting/hold.ts'
import { anna, desk, every, weekly } from '../read/desk.fixture.ts'
import { cadenceAdherence } from './cadence-adherence.ts'
import { reportPunctuality } from './report-punctuality.ts'

const march = ['2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'] as const
const april = { now: '2026-04-10T00:00:00.000Z' }

describe('cadence-adherence', () => {
  /** Of the four Wednesdays of March from the fourth: held, held late, cancelled, held; the first of April lies outside. */
  async function month() {
    const d = desk()
    const plan = await d.plan([every(weekly.meeting), every(weekly.report, { audience: 'internal' })])
    const ids: string[] = []
    for (const day of ['04', '11', '18', '25']) ids.push(await d.meet(`2026-03-${day}T10:00:00Z`))
    await d.hold('2026-03-04T11:00:00Z', ids[0]!)
    await d.hold('2026-03-13T11:00:00Z', ids[1]!)
    await d.send('2026-03-17T10:00:00Z', cancelMeeting, { reason: 'A holiday.' }, { id: ids[2]! })
    await d.hold('2026-03-25T11:00:00Z', ids[3]!)
    return { ...d, plan, ids }
  }

  test('2 of 4 meetings in time = 0.5000, with the plan and what came for each turn behind it', async () => {
    const d = await month()
    const { value, n, events } = await d.measure(cadenceAdherence, ...march, april)
    expect([value, n]).toEqual(['0.5000', 4])
    const each = await Promise.all(d.ids.map((id) => d.house.events('communication.meeting', id)))
    expect([...events].sort()).toEqual(
      [await d.event('communication-plan', d.plan), ...each.flat().map(({ id }) => id)].sort(),
    )
  })

  test('a turn counts once it is due, and what happened after the moment counts for nothing', async () => {
    const d = await month()
    const at = async (now: string) => {
      const { value, n } = await d.measure(cadenceAdherence, ...march, { now })
      return [value, n]
    }
    expect(await at('2026-03-04T12:00:00.000Z')).toEqual([null, 0])
    expect(await at('2026-03-05T10:00:00.000Z')).toEqual(['1.0000', 1])
    expect(await at('2026-03-12T10:00:00.000Z')).toEqual(['0.5000', 2])
  })

  test('it is the same for both audiences: what is ours alone is not counted', async () => {
    const d = await month()
    const of = (audience: 'internal' | 'client') => d.measure(cadenceAdherence, ...march, { ...april, audience })
    expect(await of('client')).toEqual(await of('internal'))
  })

  test('without a plan there is no value', async () =>
    expect(await desk().measure(cadenceAdherence, ...march, april)).toEqual({ value: null, n: 0, events: [] }))

  test('known on the day it was missed, true on the day it was held: each clock has its own answer', async () => {
    const d = desk()
    await d.plan([every(weekly.meeting)])
    const id = await d.meet('2026-03-04T10:00:00Z')
    const late = { id, occurred: { occurredAt: '2026-03-04T11:00:00.000Z' } }
    await d.send('2026-03-20T10:00:00Z', hold, { attendees: [anna] }, late)
    const on = async (clock: 'recorded' | 'occurred') =>
      (await d.measure(cadenceAdherence, ...march, { asOf: { clock, before: '2026-03-10T00:00:00.000Z' } })).value
    expect([await on('recorded'), await on('occurred')]).toEqual(['0.0000', '1.0000'])
  })
})

describe('report-punctuality', () => {
  test('one in time, one late, two not at all = 1/4', async () => {
    const d = desk()
    await d.plan([every(weekly.report)])
    await d.report('2026-03-06T16:00:00Z', '2026-03-06')
    await d.report('2026-03-15T16:00:00Z', '2026-03-13')
    const { value, n, events } = await d.measure(reportPunctuality, ...march, { now: '2026-03-30T00:00:00.000Z' })
    expect([value, n, events.length]).toEqual(['0.2500', 4, 5])
  })
})
