import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { cpSync, writeFileSync } from 'node:fs'
import { bostonMapping, madeUpBoston } from './boston.fixture.ts'
import { rapportJson, scratch } from './cli.fixture.ts'
import { delay, portal, type Http, type Portal } from './http.fixture.ts'
import { served, type Served } from './served.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('cases-store')
const data = folder.path('data')
let house: Served
let http: Http
let place: Portal
beforeAll(async () => {
  house = await served(data)
  http = await house.http('pm')
  place = await portal(http)
})
afterAll(async () => {
  await house.server.close()
  await folder.clean()
})

interface Page {
  readonly items: readonly {
    readonly id: string
    readonly position: string
    readonly stream: string
    readonly revision: string
  }[]
  readonly cursor?: string
}
/** The whole log, page by page. */
async function logOf(by: Http, more = ''): Promise<Page['items']> {
  const items: Page['items'][number][] = []
  let cursor: string | undefined
  do {
    const page: Page = await by.view<Page>(
      `log?limit=500${more}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    items.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined)
  return items
}
const contact = (summary: string) => ({ engagement: place.engagement, channel: 'chat', direction: 'inbound', summary })
test('BR-44 sixteen writers at once, on one stream and on many: a reader sees every event once, in rising positions, none missing', async () => {
  const { id } = await http.done('/api/communication/disclosures', { ...delay, engagement: place.engagement })
  const seen = new Map<string, string>()
  const done = new AbortController()
  const reading = (async () => {
    let last = ''
    for await (const { events } of house.server.folder.events.follow({ from: '', prefixes: [], signal: done.signal }))
      for (const event of events) {
        expect(event.position > last).toBe(true)
        last = event.position
        expect(seen.has(event.id)).toBe(false)
        seen.set(event.id, event.stream)
      }
  })()
  let refused = 0
  const writers = Array.from({ length: 16 }, async (_, writer) => {
    for (let n = 0; n < 40; n++) {
      // Every fourth goes to the stream that all of them write.
      if (n % 4 !== 0) await http.done('/api/communication/interactions', contact(`${writer}/${n}`))
      else if (
        (await http.post(`/api/communication/disclosures/${id}/correct`, { impact: `${writer}/${n}`, reason: 'x' }))
          .status !== 200
      )
        refused++
    }
  })
  await Promise.all(writers)
  const head = await house.server.folder.events.head([])
  await http.view('persons', { 'wait-for': head })
  const log = await logOf(http)
  done.abort()
  await reading
  // 16 × 40, what was lost to ten conflicts in a row, and the events before.
  const before = 4
  expect(log).toHaveLength(before + 16 * 40 - refused)
  expect(new Set(log.map((e) => e.id)).size).toBe(log.length)
  expect([...seen.keys()]).toEqual(log.map((e) => e.id))
  const revisions = log.filter((e) => e.stream.endsWith(id)).map((e) => e.revision)
  expect(revisions).toEqual(revisions.map((_, n) => String(n)))
})

test('BR-50 a key with its body again, in other spelling and order, is answered as before; with another body it is refused', async () => {
  const key = { 'idempotency-key': 'K' }
  const first = await http.post<{ revision: string; position: string }>(
    '/api/communication/interactions',
    contact('A'),
    key,
  )
  expect(first.status).toBe(201)
  const spelled = JSON.stringify(Object.fromEntries(Object.entries(contact('A')).reverse()), undefined, 3)
  const again = await http.post('/api/communication/interactions', spelled, key)
  expect(again).toMatchObject({ status: 201, body: { ...first.body, replayed: true } })
  expect(await http.post('/api/communication/interactions', contact('B'), key)).toMatchObject({
    status: 422,
    body: { code: 'idempotency-key-reused' },
  })
  expect((await http.post('/api/communication/interactions', contact('A'), key)).body).toMatchObject(first.body)
  // Somebody else's key of the same name is another one.
  const other = await (
    await house.http('pm', { subject: 'other' })
  ).post('/api/communication/interactions', contact('A'), key)
  expect(other.status).toBe(201)
})

test('BR-50 twenty at once with one key and body are one batch of events and one resource', async () => {
  const before = (await logOf(http)).length
  const key = { 'idempotency-key': 'twenty' }
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      http.post<{ id: string; position: string }>('/api/communication/interactions', contact('20'), key),
    ),
  )
  expect(new Set(answers.map(({ body }) => `${body.id} ${body.position}`)).size).toBe(1)
  await http.view('persons', { 'wait-for': answers[0]!.body.position })
  expect(await logOf(http)).toHaveLength(before + 1)
})

test('BR-52 positions are strings of one width that compare as they follow, revisions are decimal strings; both survive JSON, URL and document', async () => {
  const { id } = await http.done('/api/communication/disclosures', { ...delay, engagement: place.engagement })
  const answers: { revision: string; position: string }[] = []
  for (let n = 0; n < 12; n++)
    answers.push(
      await http.done(`/api/communication/disclosures/${id}/correct`, { impact: `Impact ${n}`, reason: 'x' }),
    )
  expect(answers.map(({ revision }) => revision)).toEqual(Array.from({ length: 12 }, (_, n) => String(n + 1)))
  const positions = answers.map(({ position }) => position)
  expect([...positions].sort()).toEqual(positions)
  expect(new Set(positions.map((p) => (typeof p === 'string' ? p.length : p))).size).toBe(1)
  const { headers, body } = await http.get<{ revision: string }>(`/api/views/disclosures/${id}`, {
    'wait-for': positions.at(-1)!,
  })
  expect([headers['etag'], body.revision]).toEqual(['"12"', '12'])
  const then = await logOf(http, `&asOf=${positions[8]}&engagement=${place.engagement}`)
  expect(then.at(-1)).toMatchObject({ position: positions[8], revision: '9' })
  const matched = await http.post(
    `/api/communication/disclosures/${id}/correct`,
    { impact: 'x', reason: 'x' },
    { 'if-match': '"9"' },
  )
  expect(matched.status).toBe(412)
})

describe('BR-46, BR-48 read models of 10,000 events', () => {
  let long: string
  beforeAll(async () => {
    long = folder.path('long')
    const file = folder.path('long.csv')
    writeFileSync(file, madeUpBoston(6000))
    const importing = [
      'import',
      'communication',
      file,
      '--mapping',
      bostonMapping,
      '--data',
      long,
      '--rejected',
      folder.path('r.csv'),
    ]
    expect((await rapportJson<{ events: number }>(importing))[0]!.events).toBeGreaterThan(10_000)
  })

  test('BR-46 events that a model ignores move its position: lag 0, wait-for answers at once, a restart folds nothing again', async () => {
    for (let start = 1; start <= 2; start++) {
      let written = 0
      const count = () => written++
      subscribe('rapport.crash.between-document-and-checkpoint', count)
      const { server, http: as } = await served(long)
      const pm = await as('pm')
      const head = await server.folder.events.head([])
      const [{ id }] = (await pm.view<{ items: [{ id: string }] }>('engagements?limit=1')).items
      const begin = performance.now()
      const { items } = await pm.view<{ items: unknown[] }>(`disclosures?engagement=${id}`, { 'wait-for': head })
      expect(items).toEqual([])
      expect(performance.now() - begin).toBeLessThan(1000)
      const metrics = await (await fetch(`${server.url}/metrics`)).text()
      const lags = [...metrics.matchAll(/^rapport_projection_lag_events\{model="(\w+)"\} (\d+)$/gm)].map(
        ([, model, lag]) => [model, lag],
      )
      expect(lags).toContainEqual(['disclosures', '0'])
      expect(lags.filter(([, lag]) => lag !== '0')).toEqual([])
      await server.close()
      unsubscribe('rapport.crash.between-document-and-checkpoint', count)
      expect(written).toBe(0)
    }
  })

  test('BR-48 a rebuild while events arrive counts each once, twice over gives the same bytes, and leaves the other models alone', async () => {
    const copy = folder.path('rebuilt')
    cpSync(long, copy, { recursive: true })
    const other = await served(copy)
    const { folder: files, house: inside } = other.server
    const pm = await other.http('pm')
    const admin = await other.http('pm', { subject: 'second' })
    const operator = await other.http('operator')
    const { engagement } = await portal(pm)
    let stopped = false
    let sent = 0
    const arriving = [pm, admin].map(async (by) => {
      while (!stopped) {
        await by.done('/api/communication/interactions', { ...contact('x'), engagement })
        sent++
      }
    })
    const standing = inside.projection.collection('persons.v1.internal')
    for (let n = 0; n < 3; n++)
      expect((await operator.post('/api/operations/rebuild', { model: 'interactions' })).status).toBe(200)
    stopped = true
    await Promise.all(arriving)
    const head = await files.events.head([])
    await pm.view('persons', { 'wait-for': head })
    expect(sent).toBeGreaterThan(10)
    expect(inside.projection.collection('persons.v1.internal')).toBe(standing)

    const all = async (collection: string) => {
      const found: string[] = []
      for await (const { id, position, text } of files.documents.scan(collection))
        found.push(`${id} ${position} ${text}`)
      return found
    }
    const now = () => inside.projection.collection('interactions.v1.internal')
    const before = await all(now())
    const logged = (await logOf(pm)).filter(({ stream }) => stream.startsWith('communication.interaction-'))
    expect(before).toHaveLength(logged.length)
    const collection = now()
    await operator.post('/api/operations/rebuild', { model: 'interactions' })
    expect(now()).not.toBe(collection)
    expect(await all(now())).toEqual(before)
    expect((await operator.post<{ findings: unknown[] }>('/api/operations/doctor', {})).body.findings).toEqual([])
    await other.server.close()
  })
})
