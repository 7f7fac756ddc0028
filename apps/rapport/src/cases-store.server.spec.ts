import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { HOUSE } from '@rapport/events'
import { openServers, serversVariables, type Ports, type Servers } from '@rapport/house'
import { createLogger, readConfig } from '@rapport/service'
import { onServers } from '@rapport/testing'
import { until as become } from './cli.fixture.ts'
import { delay, Http, portal, type Portal } from './http.fixture.ts'
import { openOnServers } from './on-servers.ts'
import type { Running } from './running.ts'
import { deployment } from './servers.fixture.ts'

jest.setTimeout(300_000)

interface Page {
  readonly items: readonly { readonly id: string; readonly position: string; readonly stream: string }[]
  readonly cursor?: string
}

/** The cases of cases-store.e2e.spec.ts and of bad queries where every port is a server, and another process stands by. */
await onServers(['kafka', 'mongodb'], (addresses) => {
  let there: Awaited<ReturnType<typeof deployment>>
  let product: Running
  let standby: Running
  /** A look behind the product. */
  let servers: Servers
  let events: Ports['events']
  let documents: Ports['documents']
  let ops: Ports['ops']
  let http: Http
  let place: Portal

  const as = async (role: Parameters<Running['token']>[0]['role'], of = product, tenant = 'main') =>
    new Http(of.url, await there.token({ tenant, role }))
  const contact = (summary: string) => ({
    engagement: place.engagement,
    channel: 'chat',
    direction: 'inbound',
    summary,
  })
  const log = (summary: string, by = http) => by.done('/api/communication/interactions', contact(summary))
  /** A view that shows everything that is stored now; whoever is told to come again does. */
  const view = async <T>(path: string, by = http): Promise<T> => {
    const head = await events.head([])
    for (;;) {
      const { status, body } = await by.get<T>(`/api/views/${path}`, { 'wait-for': head })
      if (status === 200) return body
      if (status !== 503) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`)
    }
  }
  const logOf = async (): Promise<Page['items']> => {
    const items: Page['items'][number][] = []
    let cursor = ''
    do {
      const page: Page = await view(`log?limit=500${cursor}`)
      items.push(...page.items)
      cursor = page.cursor === undefined ? '' : `&cursor=${encodeURIComponent(page.cursor)}`
    } while (cursor !== '')
    return items
  }
  const served = async (): Promise<ReadonlyMap<string, string>> =>
    new Map(
      (await ops.list(HOUSE, 'read-model/')).map(({ name, value }) => [
        name.slice('read-model/'.length),
        (value as { collection: string }).collection,
      ]),
    )
  const textsOf = async (collection: string): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const { id, position, text } of documents.scan(collection)) found.push(`${id} ${position} ${text}`)
    return found.sort()
  }

  beforeAll(async () => {
    there = await deployment(addresses)
    const { env } = there
    servers = await openServers(readConfig(serversVariables, env), 'cases', createLogger('silent'))
    ;({ events, documents, ops } = servers.ports)
    product = await openOnServers({ env, port: 0 })
    standby = await openOnServers({ env, port: 0, roles: ['query', 'project'] })
    http = await as('pm')
    place = await portal(http)
  })
  afterAll(async () => {
    await Promise.all([product, standby].map((each) => each?.close()))
    await servers?.close()
    await there?.dispose()
  })

  test('BR-44 sixteen writers at once, on one stream and on many: a reader sees every event once, in rising positions, none missing', async () => {
    const before = await events.head([])
    const { id } = await http.done('/api/communication/disclosures', { ...delay, engagement: place.engagement })
    const seen: string[] = []
    const done = new AbortController()
    const reading = (async () => {
      let last = before
      for await (const page of events.follow({ from: before, prefixes: [], signal: done.signal }))
        for (const { position, id } of page.events) {
          expect(position > last).toBe(true)
          last = position
          seen.push(id)
        }
    })()
    let refused = 0
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let n = 0; n < 8; n++) {
        const correction = { impact: `${writer}/${n}`, reason: 'x' }
        if (n % 4 !== 0) await log(`${writer}/${n}`)
        else if ((await http.post(`/api/communication/disclosures/${id}/correct`, correction)).status !== 200) refused++
      }
    })
    await Promise.all(writers)
    const logged = (await logOf()).filter(({ position }) => position > before)
    done.abort()
    await reading
    expect(logged).toHaveLength(1 + 16 * 8 - refused)
    expect(seen).toEqual(logged.map(({ id }) => id))
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('BR-46 events that a model ignores move its position: lag 0, wait-for answers, and another start folds nothing again', async () => {
    await Promise.all(Array.from({ length: 80 }, (_, n) => log(`Ignored ${n}`)))
    const { items } = await view<Page>(`disclosures?engagement=${place.engagement}`)
    expect(items).toHaveLength(1)
    const metrics = await (await fetch(`${product.url}/metrics`)).text()
    const lags = [...metrics.matchAll(/^rapport_projection_lag_events\{model="([\w-]+)"\} (\d+)$/gm)]
    expect(lags.length).toBeGreaterThan(5)
    expect(lags.filter(([, , lag]) => lag !== '0')).toEqual([])
    const versions = async () => {
      const of = [...(await served()).values()].sort()
      return Promise.all(of.map(async (collection) => [collection, (await documents.checkpoint(collection))?.version]))
    }
    // A model that a page makes nothing for is stored within a second: afterwards it is quiet.
    let stood = await versions()
    await become(async () => {
      const before = stood
      await sleep(1_500)
      stood = await versions()
      return JSON.stringify(before) === JSON.stringify(stood)
    })
    const another = await openOnServers({ env: there.env, port: 0, roles: ['query', 'project'] })
    await view('persons', await as('pm', another))
    await another.close()
    expect(await versions()).toEqual(stood)
  })

  test('BR-48 a rebuild while events arrive counts each once, twice over gives the same bytes, and leaves the other models alone', async () => {
    const operator = await as('operator', standby)
    const before = await served()
    let stopped = false
    let sent = 0
    const arriving = Array.from({ length: 2 }, async () => {
      while (!stopped) {
        await log(`Arriving ${sent}`)
        sent++
      }
    })
    // The one that stands by is asked: it takes over first.
    for (let n = 0; n < 2 || sent < 20; n++)
      expect(await operator.post('/api/operations/rebuild', { model: 'interactions' })).toMatchObject({ status: 200 })
    stopped = true
    await Promise.all(arriving)
    const logged = (await logOf()).filter(({ stream }) => stream.startsWith('communication.interaction-'))
    const now = await served()
    const changed = [...now].filter(([name, collection]) => before.get(name) !== collection).map(([name]) => name)
    expect(changed).toEqual(['interactions.v1.internal'])
    const texts = await textsOf(now.get('interactions.v1.internal')!)
    expect(texts).toHaveLength(logged.length)
    expect((await operator.post('/api/operations/rebuild', { model: 'interactions' })).status).toBe(200)
    const again = (await served()).get('interactions.v1.internal')!
    expect(again).not.toBe(now.get('interactions.v1.internal'))
    expect(await textsOf(again)).toEqual(texts)
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
    expect(await view(`disclosures/${id}`)).toMatchObject({ revision: '12' })
    const then = await view<Page>(`log?engagement=${place.engagement}&asOf=${positions[8]}&limit=500`)
    expect(then.items.at(-1)).toMatchObject({ position: positions[8], revision: '9' })
  })

  test('BR-69 a day in Shanghai ends at 16:00Z, and an instant is one bound however its zone is written', async () => {
    const { engagement } = await portal(http, { zone: 'Asia/Shanghai' })
    const instants = [
      '2026-04-19T15:59:59.999Z',
      '2026-04-19T16:00:00.000Z',
      '2026-04-20T15:59:59.999Z',
      '2026-04-20T16:00:00.000Z',
    ]
    for (const at of instants)
      await http.done('/api/communication/interactions', { ...contact(at), engagement, occurredAt: at })
    // When it was recorded the server says, so that only the other clock can be asked for a past that is known here.
    const until = async (asOf: string): Promise<readonly string[]> => {
      const path = `interactions?engagement=${engagement}&clock=occurred&asOf=${encodeURIComponent(asOf)}`
      return (await view<{ items: readonly { summary: string }[] }>(path)).items.map(({ summary }) => summary)
    }
    expect(await until('2026-04-19')).toEqual(instants.slice(0, 1))
    expect(await until('2026-04-20')).toEqual(instants.slice(0, 3))
    for (const asOf of ['2026-04-20T15:59:59.999Z', '2026-04-20T20:59:59.999+05:00', '2026-04-20T11:59:59.999-04:00'])
      expect(await until(asOf)).toEqual(instants.slice(0, 3))
  })

  test('BR-63 operators of the database in queries, cursors and ids are refused or find nothing, and nobody else’s document', async () => {
    const strange = [
      'undefined',
      'null',
      '[object Object]',
      '{"$gt":""}',
      '{"$ne":null}',
      '$where',
      '%7B%22$gt%22:%22%22%7D',
    ]
    const other = new Http(product.url, await there.token({ tenant: 'others', role: 'pm' }))
    for (const query of ['owner[$ne]=x', 'engagement[$gt]=', '$where=1', 'direction[$in]=inbound'])
      expect(await http.get(`/api/views/interactions?engagement=${place.engagement}&${query}`)).toMatchObject({
        status: 400,
      })
    for (const value of strange.map(encodeURIComponent)) {
      const filtered = await http.get(`/api/views/interactions?engagement=${place.engagement}&channel=${value}`)
      expect([value, filtered.status]).toEqual([value, 400])
      // A filter that takes any text finds nothing by it.
      const named = await http.get<Page>(`/api/views/engagements?name=${value}`)
      if (named.status === 200) expect([value, named.body.items]).toEqual([value, []])
      else expect([value, named.status]).toEqual([value, 400])
      expect([400, 404]).toContain((await http.get(`/api/views/interactions/${value}`)).status)
      expect([400, 404]).toContain((await http.get(`/api/views/interactions?engagement=${value}`)).status)
      const cursor = Buffer.from(JSON.stringify({ k: { $gt: '' }, i: value })).toString('base64url')
      expect(await http.get(`/api/views/interactions?engagement=${place.engagement}&cursor=${cursor}`)).toMatchObject({
        status: 400,
      })
    }
    for (const path of [`interactions?engagement=${place.engagement}`, `disclosures?engagement=${place.engagement}`]) {
      const mine = await other.get(`/api/views/${path}`)
      const nobody = await other.get(`/api/views/${path.replace(place.engagement, randomUUID())}`)
      expect([mine.status, mine.body]).toEqual([nobody.status, nobody.body])
    }
    for (const tenant of ['', undefined, { $ne: null }] as unknown as string[])
      await expect(documents.find(tenant, 'interactions.v1.internal.g1', { limit: 1 })).rejects.toThrow()
  })
})
