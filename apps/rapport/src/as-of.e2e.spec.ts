import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { scratch } from './cli.fixture.ts'
import { delay, portal, type Http, type Portal } from './http.fixture.ts'
import { served, type Served } from './served.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('as-of')
let house: Served
let http: Http
beforeAll(async () => {
  house = await served(folder.path('data'), '2026-03-02T08:00:00Z')
  http = await house.http('pm')
})
afterAll(async () => {
  await house.server.close()
  await folder.clean()
})

interface Item {
  readonly id: string
  readonly impact: string
  readonly disclosedAt: string
  readonly corrections: number
}
interface Entry {
  readonly id: string
  readonly streamId: string
  readonly occurredAt: string
  readonly recordedAt: string
  readonly sentence: string
  readonly texts: readonly string[]
  readonly late?: true
}
interface Timeline {
  readonly days: readonly { readonly day: string; readonly label: string; readonly entries: readonly Entry[] }[]
}
type Clock = 'recorded' | 'occurred'

/** Tokens live eight hours and the clock of this world takes days. */
const now = async (instant: string): Promise<void> => {
  house.at(instant)
  http = await house.http('pm')
}
const query = (params: Readonly<Record<string, string | undefined>>): string =>
  new URLSearchParams(Object.entries(params).filter((p): p is [string, string] => p[1] !== undefined)).toString()
async function settled(): Promise<{ 'wait-for': string }> {
  return { 'wait-for': await house.server.folder.events.head([]) }
}
const disclosures = async (engagement: string, asOf?: string, clock?: Clock): Promise<readonly Item[]> =>
  (await http.view<{ items: readonly Item[] }>(`disclosures?${query({ engagement, asOf, clock })}`, await settled()))
    .items
const days = async (engagement: string, asOf?: string, clock?: Clock): Promise<Timeline['days']> =>
  (await http.view<Timeline>(`timeline?${query({ engagement, asOf, clock, limit: '500' })}`, await settled())).days
const entries = async (engagement: string, asOf?: string, clock?: Clock): Promise<readonly Entry[]> =>
  (await days(engagement, asOf, clock)).flatMap((day) => day.entries)
const said = async (engagement: string, asOf?: string, clock?: Clock): Promise<readonly string[]> =>
  (await entries(engagement, asOf, clock)).flatMap(({ texts }) => texts)
const log = (place: Portal, summary: string, occurredAt?: unknown) =>
  http.done('/api/communication/interactions', {
    engagement: place.engagement,
    channel: 'phone',
    direction: 'inbound',
    summary,
    ...(occurredAt !== undefined && { occurredAt }),
  })

describe('the past, asked over HTTP', () => {
  test('BR-71 a change is there as of its own instant and not a millisecond before, on both clocks', async () => {
    await now('2026-03-03T09:00:00.000Z')
    const place = await portal(http)
    const { id } = await http.done('/api/communication/disclosures', { ...delay, engagement: place.engagement })
    await now('2026-03-03T10:00:00.000Z')
    const longer = { impact: 'Two weeks.', reason: 'The estimate was too low.', occurredAt: '2026-03-03T10:00:00.000Z' }
    await http.done(`/api/communication/disclosures/${id}/correct`, longer)
    const impact = async (asOf: string, clock: Clock) =>
      (await disclosures(place.engagement, asOf, clock)).map((d) => d.impact)
    expect(await impact('2026-03-03T10:00:00.000Z', 'recorded')).toEqual(['Two weeks.'])
    expect(await impact('2026-03-03T09:59:59.999Z', 'recorded')).toEqual([delay.impact])
    // Its date was corrected to ten: on the occurred clock there was nothing before.
    expect(await impact('2026-03-03T10:00:00.000Z', 'occurred')).toEqual(['Two weeks.'])
    expect(await impact('2026-03-03T09:59:59.999Z', 'occurred')).toEqual([])
  })

  test('BR-71 recorded at 12:00, happened at 09:00: as of 11:00 the recorded clock does not know it, the occurred clock does', async () => {
    await now('2026-03-04T08:00:00.000Z')
    const place = await portal(http)
    await now('2026-03-04T12:00:00.000Z')
    await log(place, 'The call of nine.', '2026-03-04T09:00:00Z')
    expect(await said(place.engagement, '2026-03-04T11:00:00Z', 'recorded')).toEqual([])
    expect(await said(place.engagement, '2026-03-04T11:00:00Z', 'occurred')).toEqual(['The call of nine.'])
    expect(await said(place.engagement, '2026-03-04T08:59:59.999Z', 'occurred')).toEqual([])
  })

  test('BR-71 what is added on day 10 leaves day 5 as it was, on both clocks', async () => {
    await now('2026-04-01T08:00:00.000Z')
    const place = await portal(http)
    await now('2026-04-04T08:00:00.000Z')
    await log(place, 'Early.')
    await http.done('/api/communication/disclosures', { ...delay, engagement: place.engagement })
    const day5 = async () => {
      const at = '2026-04-05'
      const all: unknown[] = []
      for (const clock of ['recorded', 'occurred'] as const)
        all.push(await days(place.engagement, at, clock), await disclosures(place.engagement, at, clock))
      return all
    }
    const before = await day5()
    await now('2026-04-10T08:00:00.000Z')
    await log(place, 'Added.')
    await http.done('/api/communication/disclosures', { ...delay, impact: 'More scope.', engagement: place.engagement })
    expect(await day5()).toEqual(before)
    expect(await said(place.engagement, '2026-04-10', 'occurred')).toContain('Added.')
  })

  test('BR-69 a day of a Shanghai engagement runs from 16:00Z up to, and without, 16:00Z of the next', async () => {
    await now('2026-04-19T15:00:00.000Z')
    const place = await portal(http, { zone: 'Asia/Shanghai' })
    for (const at of [
      '2026-04-19T15:59:59.999Z',
      '2026-04-19T16:00:00.000Z',
      '2026-04-20T15:59:59.999Z',
      '2026-04-20T16:00:00.000Z',
    ]) {
      await now(at)
      await log(place, at)
    }
    for (const clock of ['recorded', 'occurred'] as const) {
      const told = await days(place.engagement, '2026-04-20', clock)
      expect(told.at(-1)).toMatchObject({ day: '2026-04-20' })
      expect(told.at(-1)!.entries.flatMap(({ texts }) => texts)).toEqual([
        '2026-04-19T16:00:00.000Z',
        '2026-04-20T15:59:59.999Z',
      ])
      expect(await said(place.engagement, '2026-04-19', clock)).toEqual(['2026-04-19T15:59:59.999Z'])
    }
  })

  test('BR-69 one instant is one bound however its zone is written, and is inclusive to the millisecond', async () => {
    await now('2026-04-21T01:00:00.000Z')
    const place = await portal(http, { zone: 'Asia/Shanghai' })
    await now('2026-04-21T02:37:39.012Z')
    await log(place, 'First.')
    await now('2026-04-21T02:37:39.013Z')
    await log(place, 'Second.')
    for (const asOf of ['2026-04-21T02:37:39.012Z', '2026-04-21T07:37:39.012+05:00', '2026-04-20T22:37:39.012-04:00'])
      for (const clock of ['recorded', 'occurred'] as const)
        expect([asOf, clock, await said(place.engagement, asOf, clock)]).toEqual([asOf, clock, ['First.']])
    // A plus that nobody encoded is a blank, and no instant.
    expect(
      (await http.get(`/api/views/timeline?engagement=${place.engagement}&asOf=2026-04-21T07:37:39.012+05:00`)).body,
    ).toMatchObject({ code: 'as-of-invalid' })
  })
})

describe('disclosures on both clocks', () => {
  let place: Portal
  let id: string
  let correction: string

  test('a correction of the date moves the disclosure on the occurred clock, and on the recorded clock only from then on', async () => {
    await now('2026-05-04T08:00:00.000Z')
    place = await portal(http)
    await now('2026-05-06T10:00:00.000Z')
    const matter = { ...delay, identifiedAt: '2026-05-01T09:00:00Z', engagement: place.engagement }
    id = (await http.done('/api/communication/disclosures', matter)).id
    await now('2026-05-08T10:00:00.000Z')
    const moved = {
      reason: 'It was said on the phone the day before.',
      occurredAt: { date: '2026-05-05', zone: 'Europe/Berlin' },
    }
    correction = (await http.done(`/api/communication/disclosures/${id}/correct`, moved)).position

    const at = async (asOf: string | undefined, clock: Clock) =>
      (await disclosures(place.engagement, asOf, clock)).map((d) => [d.disclosedAt, d.corrections])
    expect(await at('2026-05-07', 'recorded')).toEqual([['2026-05-06T10:00:00.000Z', 0]])
    expect(await at('2026-05-08', 'recorded')).toEqual([['2026-05-04T22:00:00.000Z', 1]])
    expect(await at('2026-05-04', 'occurred')).toEqual([])
    expect(await at('2026-05-05', 'occurred')).toEqual([['2026-05-04T22:00:00.000Z', 1]])
    expect(await at(undefined, 'occurred')).toEqual([['2026-05-04T22:00:00.000Z', 1]])
    // One document, in the past as well.
    const one = async (asOf: string, clock: Clock) =>
      (await http.get(`/api/views/disclosures/${id}?${query({ asOf, clock })}`)).status
    expect([
      await one('2026-05-05', 'recorded'),
      await one('2026-05-05', 'occurred'),
      await one('2026-05-06', 'recorded'),
    ]).toEqual([404, 200, 200])
  })

  test('the recorded clock takes a position or the id of an event as well; the occurred clock takes neither', async () => {
    const { items } = await http.view<{ items: { id: string; position: string }[] }>(
      `log?engagement=${place.engagement}&limit=500`,
    )
    const corrected = items.find(({ position }) => position === correction)!
    const made = items.findLast(({ position }) => position < correction)!
    for (const [name, count] of [
      [made, 0],
      [corrected, 1],
    ] as const)
      for (const asOf of [name.id, name.position])
        expect((await disclosures(place.engagement, asOf, 'recorded')).map((d) => d.corrections)).toEqual([count])
    for (const asOf of [made.id, made.position, 'yesterday', '2026-02-30', '2026-05-05T10:00', ''])
      expect(
        (await http.get(`/api/views/disclosures?${query({ engagement: place.engagement, asOf, clock: 'occurred' })}`))
          .body,
      ).toMatchObject({
        code: 'as-of-invalid',
      })
  })

  test('as of any day the two clocks differ by exactly the facts that were recorded after it', async () => {
    await now('2026-06-01T08:00:00.000Z')
    const other = await portal(http)
    const { engagement } = other
    // One contact a day; every third is written down three days later, and two of them later than the tenant allows.
    const all: { id: string; at: string; recorded: string }[] = []
    for (let day = 1; day <= 20; day++) {
      for (const [n, wait] of [
        [day, 0],
        [day - 3, 3],
        [day - 12, 12],
      ] as const) {
        const own = n >= 1 && (wait === 0 ? n % 3 !== 0 : wait === 3 ? n % 3 === 0 && n !== 6 : n === 6)
        if (!own) continue
        const recorded = `2026-06-${String(day).padStart(2, '0')}T12:00:00.000Z`
        const at = `2026-06-${String(n).padStart(2, '0')}T11:00:00.000Z`
        await now(recorded)
        all.push({ id: (await log(other, `Day ${n}`, at)).id, at, recorded })
      }
    }
    let differing = 0
    for (let day = 1; day <= 20; day++) {
      const asOf = `2026-06-${String(day).padStart(2, '0')}`
      const end = `${asOf}T22:00:00.000Z`
      const contacts = async (clock: Clock) =>
        (await entries(engagement, asOf, clock))
          .filter(({ streamId }) => all.some(({ id: one }) => one === streamId))
          .map(({ streamId }) => streamId)
      const [recorded, occurred] = [await contacts('recorded'), await contacts('occurred')]
      const late = all.filter((one) => one.at < end && one.recorded >= end).map((one) => one.id)
      expect(occurred.filter((one) => !recorded.includes(one)).sort()).toEqual([...late].sort())
      expect(recorded.filter((one) => !occurred.includes(one))).toEqual([])
      differing += late.length
    }
    expect(differing).toBeGreaterThan(15)
    // More than seven days back: the fact is taken and says that it is late.
    const flagged = (await entries(engagement)).filter(({ late }) => late === true)
    expect(flagged.map(({ occurredAt, recordedAt }) => [occurredAt, recordedAt])).toEqual([
      ['2026-06-06T11:00:00.000Z', '2026-06-18T12:00:00.000Z'],
    ])
  })
})
