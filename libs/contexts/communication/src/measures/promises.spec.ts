import { describe, expect, test } from '@jest/globals'
import { assign } from '../action-item/assign.ts'
import { cancel } from '../action-item/cancel.ts'
import { carryOver } from '../action-item/carry-over.ts'
import { complete } from '../action-item/complete.ts'
import { disclose } from '../disclosure/disclose.ts'
import { correct } from '../disclosure/correct.ts'
import { desk, otto } from '../read/desk.fixture.ts'
import { actionClosure } from './action-closure.ts'
import { badNewsLatencyP50, badNewsLatencyP90 } from './bad-news-latency.ts'
import { measures, measuresFor } from './index.ts'
import { proactiveShare } from './proactive-share.ts'

const march = ['2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'] as const
const april = { now: '2026-04-10T00:00:00.000Z' }

describe('action-closure', () => {
  test('done by the end of the first day, of those whose first day has ended: 1 of 3; a cancelled one is none', async () => {
    const d = desk()
    const item = (due: string) => d.send('2026-03-02T10:00:00Z', assign, { what: 'Do it.', owner: otto, due })
    const [inTime, late, carried, cancelled] = [
      await item('2026-03-05'),
      await item('2026-03-05'),
      await item('2026-03-05'),
      await item('2026-03-05'),
    ]
    await item('2026-04-20')
    await d.send('2026-03-04T10:00:00Z', carryOver, { due: '2026-03-20', reason: 'Later.' }, { id: carried })
    await d.send('2026-03-04T11:00:00Z', cancel, { reason: 'No.' }, { id: cancelled })
    await d.send('2026-03-05T23:59:59.999Z', complete, {}, { id: inTime })
    await d.send('2026-03-06T00:00:00Z', complete, {}, { id: late })
    await d.send('2026-03-19T00:00:00Z', complete, {}, { id: carried })
    expect(await d.measure(actionClosure, ...march, april)).toMatchObject({
      value: '0.3333',
      n: 3,
      events: { length: 7 },
    })
    expect(await d.measure(actionClosure, ...march, { now: '2026-03-05T12:00:00.000Z' })).toMatchObject({ n: 0 })
    const shanghai = { ...april, zone: 'Asia/Shanghai' }
    expect(await d.measure(actionClosure, ...march, shanghai)).toMatchObject({ value: '0.0000', n: 3 })
  })

  test('the client’s figure counts what the client sees', async () => {
    const d = desk()
    const item = (audience: string) =>
      d.send('2026-03-02T10:00:00Z', assign, { what: 'Do it.', owner: otto, due: '2026-03-05', audience })
    await item('internal')
    await d.send('2026-03-04T10:00:00Z', complete, {}, { id: await item('client') })
    expect(await d.measure(actionClosure, ...march, april)).toMatchObject({ value: '0.5000', n: 2 })
    expect(await d.measure(actionClosure, ...march, { ...april, audience: 'client' })).toMatchObject({
      value: '1.0000',
      n: 1,
    })
  })
})

describe('bad-news-latency and proactive-share', () => {
  const told = { kind: 'delay', subject: 'Data', impact: 'A week.', countermeasure: 'A team.' }

  test('of 10, 20, … 100 minutes the median is 50 and p90 is 90; 3 of 10 the client raised first', async () => {
    const d = desk()
    for (let n = 1; n <= 10; n++) {
      const at = Temporal.Instant.from('2026-03-10T12:00:00Z').add({ hours: n })
      const identifiedAt = at.subtract({ minutes: 10 * n }).toString()
      await d.send(at.toString(), disclose, { ...told, identifiedAt, raisedBy: n % 3 === 0 ? 'client' : 'us' })
    }
    const of = async (measure: typeof badNewsLatencyP50 | typeof proactiveShare) => {
      const { value, n, events } = await d.measure(measure, ...march, april)
      return [value, n, events.length]
    }
    expect(await of(badNewsLatencyP50)).toEqual(['50', 10, 10])
    expect(await of(badNewsLatencyP90)).toEqual(['90', 10, 10])
    expect(await of(proactiveShare)).toEqual(['0.7000', 10, 10])
  })

  test('a correction changes both, as of after it, and stands among the events', async () => {
    const d = desk()
    const body = { ...told, identifiedAt: '2026-03-02T09:00:00Z', raisedBy: 'us' }
    const id = await d.send('2026-03-02T10:30:00Z', disclose, body)
    const fix = { raisedBy: 'client', identifiedAt: '2026-03-01T10:30:00Z', reason: 'They knew.' }
    await d.send('2026-03-05T10:00:00Z', correct, fix, { id })
    const asOf = (before: string) => ({ asOf: { clock: 'recorded' as const, before } })
    const both = async (how: object) => [
      (await d.measure(badNewsLatencyP50, ...march, how)).value,
      (await d.measure(proactiveShare, ...march, how)).value,
    ]
    expect(await both(asOf('2026-03-05T00:00:00.000Z'))).toEqual(['90', '1.0000'])
    expect(await both(april)).toEqual(['1440', '0.0000'])
    expect((await d.measure(proactiveShare, ...march, april)).events).toHaveLength(2)
  })

  test('told on the day it was known is no time, and of nothing there is no value', async () => {
    const d = desk()
    const day = { occurred: { occurredAt: '2026-03-02T00:00:00.000Z', occurredOn: '2026-03-02', zone: 'UTC' } }
    const body = { ...told, identifiedAt: '2026-03-02T09:00:00Z', raisedBy: 'us' }
    expect(await d.measure(badNewsLatencyP90, ...march, april)).toEqual({ value: null, n: 0, events: [] })
    await d.send('2026-03-03T10:00:00Z', disclose, body, day)
    expect((await d.measure(badNewsLatencyP90, ...march, april)).value).toBe('0')
  })
})

describe('measures', () => {
  test('I-26 the client is told those whose models are all for the client', () => {
    expect(measuresFor('internal')).toEqual(measures.map(({ name }) => name))
    expect(measures.map(({ name }) => name).filter((name) => !measuresFor('client').includes(name))).toEqual([
      'silence-gap',
      'reciprocity',
    ])
  })
})
