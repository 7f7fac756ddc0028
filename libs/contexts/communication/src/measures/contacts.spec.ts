import { describe, expect, test } from '@jest/globals'
import { anna, desk, every, mia, weekly } from '../read/desk.fixture.ts'
import { reciprocity } from './reciprocity.ts'
import { silenceGap } from './silence-gap.ts'

const march = ['2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'] as const
const april = { now: '2026-04-10T00:00:00.000Z' }

describe('silence-gap', () => {
  test('the longest of the gaps between the period’s ends and its two-way contacts, in days', async () => {
    const d = desk()
    // Gaps of 3, 7.5 and 20.5 days, then the period ends; what we wrote is no contact of both sides.
    const first = await d.contact('2026-03-04T00:00:00Z', 'inbound')
    const second = await d.contact('2026-03-11T12:00:00Z', 'outbound', 'phone')
    await d.contact('2026-03-20T00:00:00Z', 'outbound')
    const id = async (of: string) => d.event('interaction', of)
    expect(await d.measure(silenceGap, ...march, april)).toEqual({ value: '20.50', n: 2, events: [await id(second)] })
    const sooner = { now: '2026-03-14T00:00:00.000Z' }
    expect(await d.measure(silenceGap, ...march, sooner)).toEqual({
      value: '7.50',
      n: 2,
      events: [await id(first), await id(second)],
    })
  })

  test('a meeting counts if the client attended; without any contact the whole period is silent', async () => {
    const d = desk()
    await d.plan([every(weekly.meeting)])
    await d.hold('2026-03-04T11:00:00Z', await d.meet('2026-03-04T10:00:00Z'), [mia])
    expect(await d.measure(silenceGap, ...march, april)).toEqual({ value: '31.00', n: 0, events: [] })
    await d.hold('2026-03-11T12:00:00Z', await d.meet('2026-03-11T10:00:00Z'), [mia, anna])
    expect(await d.measure(silenceGap, ...march, april)).toMatchObject({ value: '20.50', n: 1 })
    expect(await d.measure(silenceGap, ...march, { now: march[0] })).toEqual({ value: null, n: 0, events: [] })
  })
})

describe('reciprocity', () => {
  test('2 from the client, 3 to the client = 2/3, either way round; one side alone is 0', async () => {
    const d = desk()
    for (const day of ['02', '03', '04']) await d.contact(`2026-03-${day}T09:00:00Z`, 'outbound')
    const value = async () => (await d.measure(reciprocity, ...march, april)).value
    expect(await value()).toBe('0.0000')
    for (const day of ['05', '06']) await d.contact(`2026-03-${day}T09:00:00Z`, 'inbound', 'phone')
    expect(await d.measure(reciprocity, ...march, april)).toMatchObject({
      value: '0.6667',
      n: 5,
      events: { length: 5 },
    })
    for (const day of ['07', '08']) await d.contact(`2026-03-${day}T09:00:00Z`, 'inbound')
    expect(await value()).toBe('0.7500')
    await d.contact('2026-04-01T00:00:00Z', 'outbound')
    expect(await value()).toBe('0.7500')
  })
})
