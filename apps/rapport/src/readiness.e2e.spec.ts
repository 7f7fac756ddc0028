import { afterAll, expect, jest, test } from '@jest/globals'
import { rmSync } from 'node:fs'
import { Http, portal } from './http.fixture.ts'
import { scratch } from './cli.fixture.ts'
import { openServer, type RunningServer } from './server.ts'
import { served } from './served.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('readiness')
afterAll(() => folder.clean())
const data = folder.path('data')

interface Ready {
  readonly status: string
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly words?: string }[]
}
async function health({
  url,
}: RunningServer): Promise<{ live: number; ready: number; startup: number; failing: readonly string[] }> {
  const ask = (name: string) => fetch(`${url}/health/${name}`)
  const ready = await ask('ready')
  const { checks } = (await ready.json()) as Ready
  const failing = checks.filter(({ ok }) => !ok).map(({ name }) => name)
  return { live: (await ask('live')).status, ready: ready.status, startup: (await ask('startup')).status, failing }
}
const well = { live: 200, ready: 200, startup: 200, failing: [] }

/** Holds every read model where it is, from when it resolves until it is let go. */
async function held({ house }: RunningServer): Promise<() => Promise<void>> {
  const holding = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const paused = house.projection.pause(async () => {
    holding.resolve()
    await release.promise
  })
  await holding.promise
  return async () => {
    release.resolve()
    await paused
  }
}

test('while a read model lags it is not ready, and views say so; alive it stays', async () => {
  const { server, http } = await served(data)
  const pm = await http('pm')
  const { engagement } = await portal(pm)
  await server.settled()
  expect(await health(server)).toEqual(well)
  const letGo = await held(server)
  const contact = { engagement, channel: 'chat', direction: 'inbound', summary: 'x' }
  const { position } = await pm.done('/api/communication/interactions', contact)
  expect(await health(server)).toEqual({ live: 200, ready: 503, startup: 200, failing: ['read-models'] })
  const lagging = await pm.get('/api/views/persons', { 'wait-for': position })
  expect(lagging).toMatchObject({ status: 503, body: { code: 'lagging' }, headers: { 'retry-after': '1' } })
  // Who does not wait is answered, with how far the answer reaches.
  const { body } = await pm.get<{ position: string }>('/api/views/persons')
  expect(body.position < position).toBe(true)
  await letGo()
  await server.settled()
  expect(await health(server)).toEqual(well)
  expect((await pm.get('/api/views/persons', { 'wait-for': position })).status).toBe(200)
  await server.close()
})

test('during the start it is alive, and neither started nor ready before the read models have caught up', async () => {
  for (const name of ['documents.db', 'documents.db-wal', 'documents.db-shm'])
    rmSync(`${data}/${name}`, { force: true })
  const server = await openServer({ data, port: 0 })
  const letGo = await held(server)
  // Whatever was folded before they were held, this was not.
  await portal(new Http(server.url, await server.token({ tenant: 'main', role: 'pm' })))
  expect(await health(server)).toEqual({ live: 200, ready: 503, startup: 503, failing: ['read-models'] })
  await letGo()
  await server.settled()
  expect(await health(server)).toEqual(well)
  await server.close()
})

test('with a clock more than a minute behind the last event it is not ready, also after a restart', async () => {
  const path = folder.path('clock')
  const first = await served(path, '2026-03-02T10:00:00.000Z')
  await portal(await first.http('pm'))
  await first.server.settled()
  for (const [at, ready, failing] of [
    ['2026-03-02T10:00:00.000Z', 200, []],
    ['2026-03-02T09:59:00.000Z', 200, []],
    ['2026-03-02T09:58:59.999Z', 503, ['clock']],
    ['2026-03-02T09:59:00.000Z', 200, []],
  ] as const) {
    first.at(at)
    expect([at, await health(first.server)]).toEqual([at, { live: 200, startup: 200, ready, failing }])
  }
  await first.server.close()

  const again = await served(path, '2026-03-01T10:00:00.000Z')
  expect(await health(again.server)).toEqual({ live: 200, ready: 503, startup: 503, failing: ['clock'] })
  again.at('2026-03-02T10:00:01.000Z')
  expect(await health(again.server)).toEqual(well)
  await again.server.close()
})

test('a clock set back says why it is not ready; what is recorded meanwhile is recorded no earlier than what stands', async () => {
  const path = folder.path('set-back')
  const { server, http, at } = await served(path, '2026-03-02T10:00:00.000Z')
  const pm = await http('pm')
  const { engagement } = await portal(pm)
  const contact = { engagement, channel: 'chat', direction: 'inbound', summary: 'x' }
  const recorded = async (): Promise<readonly string[]> => {
    await server.settled()
    const { items } = await pm.view<{ items: readonly { readonly recordedAt: string }[] }>('log')
    return items.map(({ recordedAt }) => recordedAt)
  }
  // The clock is held against what the read models have seen.
  await server.settled()
  at('2026-03-02T08:30:00.000Z')
  const { checks } = (await (await fetch(`${server.url}/health/ready`)).json()) as Ready
  expect(checks.find(({ name }) => name === 'clock')).toMatchObject({
    ok: false,
    words: expect.stringContaining('behind'),
  })
  await pm.done('/api/communication/interactions', contact)
  const behind = await recorded()
  expect(new Set(behind)).toEqual(new Set(['2026-03-02T10:00:00.000Z']))

  at('2026-03-02T10:05:00.000Z')
  expect(await health(server)).toEqual(well)
  await pm.done('/api/communication/interactions', contact)
  expect(await recorded()).toEqual([...behind, '2026-03-02T10:05:00.000Z'])
  const operator = await http('operator')
  expect((await operator.post('/api/operations/doctor', {})).body).toMatchObject({ findings: [] })
  await server.close()
})
