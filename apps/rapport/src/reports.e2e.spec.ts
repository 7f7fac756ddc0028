import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { scratch, until } from './cli.fixture.ts'
import { Http, portal } from './http.fixture.ts'
import { openServer, type RunningServer } from './server.ts'

jest.setTimeout(300_000)

const folder = scratch('reports')
let now = Temporal.Instant.from('2026-03-02T08:00:00Z')
let server: RunningServer
let pm: Http
let client: Http
let engagement: string
let mia: string
let anna: string
let owner: string

/** Moves the clock on; a token lives for eight hours of it. */
async function at(time: string): Promise<void> {
  now = Temporal.Instant.from(time)
  pm = pm.as(await server.token({ tenant: 'main', role: 'pm' }))
  client = pm.as(await server.token({ tenant: 'main', role: 'client', stakeholder: anna }))
}
const communication = (path: string, body: unknown) => pm.done(`/api/communication/${path}`, body)
const view = async <T>(path: string, by = pm): Promise<T> => {
  await server.settled()
  return by.view<T>(path)
}
interface Items {
  readonly items: readonly Record<string, unknown>[]
}
interface Derivation {
  readonly equal: boolean
  readonly figures: readonly {
    readonly measure: string
    readonly equal?: boolean
    readonly cited: { readonly value: string | null; readonly n: number }
    readonly today?: { readonly value: string | null; readonly n: number }
    readonly changedBy?: readonly { readonly event: string }[]
  }[]
}

beforeAll(async () => {
  server = await openServer({ data: folder.path('data'), port: 0, clock: () => now })
  pm = new Http(server.url, await server.token({ tenant: 'main', role: 'pm' }))
  const opened = await portal(pm)
  ;({ engagement } = opened)
  owner = opened.manager
  const stakeholder = async (name: string, side: string) => {
    const { id: person } = await pm.done('/api/engagements/persons', { name })
    return (await pm.done('/api/engagements/stakeholders', { engagement, person, side, role: 'Head', rights: [] })).id
  }
  anna = await stakeholder('Anna Berg', 'client')
  mia = await stakeholder('Mia Manager', 'ours')
  client = pm.as(await server.token({ tenant: 'main', role: 'client', stakeholder: anna }))
  const cadence = { every: { unit: 'weeks', n: 1 }, from: '2026-03-02', toleranceDays: 1, audience: 'client' }
  await communication('communication-plans', {
    engagement,
    cadences: [
      { ...cadence, name: 'Weekly meeting', kind: 'meeting', weekday: 'wed', at: '10:00' },
      { ...cadence, name: 'Weekly report', kind: 'report', weekday: 'fri', at: '17:00' },
    ],
    silenceLimitDays: 10,
  })
})
afterAll(async () => {
  await server.close()
  await folder.clean()
})

describe('a week of communication over HTTP', () => {
  let meeting: string
  let report: string
  const parts = { completed: ['Two tables.'], inProgress: [], notDone: [], risks: [], challenges: [], nextSteps: [] }

  test('minutes that hold an action have it assigned by the reaction, seen by whom the meeting is for', async () => {
    const startsAt = '2026-03-04T09:00:00Z'
    const planned = { engagement, title: 'Weekly', cadence: 'Weekly meeting', startsAt, durationMinutes: 60 }
    meeting = (await communication('meetings', planned)).id
    await at('2026-03-04T10:00:00Z')
    await communication(`meetings/${meeting}/hold`, { attendees: [anna, mia] })
    const actions = [
      { owner, what: 'Send the plan.', due: '2026-03-05' },
      { owner, what: 'Order the server.', due: '2026-03-20' },
    ]
    await communication(`meetings/${meeting}/record-minutes`, { text: 'Anna reported.', actions })
    const items = async (by = pm) => (await view<Items>(`action-items?engagement=${engagement}`, by)).items
    await until(async () => (await items()).length === 2)
    expect(await items(client)).toMatchObject([
      { what: 'Send the plan.', meeting, state: 'later' },
      { what: 'Order the server.', meeting, state: 'later' },
    ])
    expect((await pm.post('/api/operations/reactions-refused', {})).body).toEqual({ refused: [] })
  })

  test('what is due this week, each as it stands today', async () => {
    await at('2026-03-05T08:00:00Z')
    const { items } = await view<Items>(`what-is-due?engagement=${engagement}`)
    expect(items.map(({ kind, state }) => [kind, state])).toEqual([
      ['action-item', 'today'],
      ['report', 'later'],
      ['action-item', 'later'],
    ])
  })

  test('I-25 a report takes its figures from projection; a caller cannot post them', async () => {
    await at('2026-03-06T15:00:00Z')
    const period = { from: '2026-03-02', to: '2026-03-06' }
    const body = { engagement, cadence: 'Weekly report', period, audience: 'client', ...parts }
    expect((await pm.post('/api/communication/status-reports', { ...body, figures: [] })).status).toBe(422)
    report = (await communication('status-reports', body)).id
    expect((await view<Items>(`reports?engagement=${engagement}`, client)).items).toEqual([])
    await communication(`status-reports/${report}/issue`, {})
    const [issued] = (await view<Items>(`reports?engagement=${engagement}`, client)).items
    const figures = issued!['figures'] as { measure: string; value?: string; n: number; events: string[] }[]
    expect(figures.map(({ measure, value, n }) => [measure, value, n])).toEqual([
      ['cadence-adherence', '1.0000', 1],
      ['report-punctuality', undefined, 0],
      ['action-closure', '0.0000', 1],
      ['bad-news-latency-p50', undefined, 0],
      ['bad-news-latency-p90', undefined, 0],
      ['proactive-share', undefined, 0],
    ])
    expect(figures[0]!.events.length).toBe(3)
  })

  test('I-25 it derives to the same figures, also when more has happened since', async () => {
    await at('2026-03-11T08:00:00Z')
    await communication('interactions', { engagement, channel: 'email', direction: 'inbound', summary: 'Thanks.' })
    const derived = await view<Derivation>(`report-derivation/${report}`)
    expect(derived.equal).toBe(true)
    expect(derived.figures.flatMap(({ changedBy }) => changedBy ?? [])).toEqual([])
    expect((await view<Derivation>(`report-derivation/${report}`, client)).equal).toBe(true)
  })

  test('I-25 it names the late facts that would change it now', async () => {
    const { items } = await view<Items>(`action-items?engagement=${engagement}&order=asc`)
    const done = { evidence: 'It was sent.', occurredAt: '2026-03-05T12:00:00Z' }
    await communication(`action-items/${String(items[0]!['id'])}/complete`, done)
    await communication('disclosures', {
      engagement,
      kind: 'delay',
      subject: 'Data migration',
      impact: 'A week.',
      countermeasure: 'A second team.',
      identifiedAt: '2026-03-05T09:00:00Z',
      raisedBy: 'us',
      occurredAt: '2026-03-05T10:00:00Z',
    })
    const derived = await view<Derivation>(`report-derivation/${report}`)
    expect(derived.equal).toBe(true)
    const changed = derived.figures.filter(({ changedBy }) => changedBy!.length > 0)
    expect(changed.map(({ measure, cited, today }) => [measure, cited.value, today!.value])).toEqual([
      ['action-closure', '0.0000', '1.0000'],
      ['bad-news-latency-p50', null, '60'],
      ['bad-news-latency-p90', null, '60'],
      ['proactive-share', null, '1.0000'],
    ])
    for (const { changedBy } of changed) expect(changedBy).toHaveLength(1)
  })

  test('I-24 a correction is a new version, and derives as well', async () => {
    await communication(`status-reports/${report}/correct`, { reason: 'Facts came late.' })
    const derived = await view<Derivation>(`report-derivation/${report}`)
    expect(derived.figures.map(({ equal }) => equal)).toEqual(derived.figures.map(() => true))
    expect(derived.figures.find(({ measure }) => measure === 'proactive-share')!.cited.value).toBe('1.0000')
    expect((await pm.get('/api/views/report-derivation/0192f0c1-7b7a-7c3e-8b8a-000000000404')).status).toBe(404)
  })

  test('the strip, the silence and the measures as of the past, on both clocks', async () => {
    await at('2026-03-20T08:00:00Z')
    await server.settled()
    const strip = async (asOf: string, clock: string) => {
      const { items } = await view<Items>(`cadence-strip?engagement=${engagement}&asOf=${asOf}&clock=${clock}`)
      return items[0] as unknown as {
        readonly cadences: readonly { readonly slots: readonly { readonly status: string }[] }[]
        readonly silence: { readonly days: number; readonly exceeded: boolean }
      }
    }
    const then = await strip('2026-03-05', 'recorded')
    expect(then.cadences[0]!.slots[0]!.status).toBe('done')
    expect(then.silence).toMatchObject({ days: 1, exceeded: false })
    const measure = async (clock: string) =>
      (
        await view<{ items: { value: string | null }[] }>(
          `measures?engagement=${engagement}&measure=proactive-share&from=2026-03-01&asOf=2026-03-07&clock=${clock}`,
        )
      ).items[0]!.value
    expect([await measure('recorded'), await measure('occurred')]).toEqual([null, '1.0000'])
  })
})
