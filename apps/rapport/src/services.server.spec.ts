import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { onServers } from '@rapport/testing'
import { until } from './cli.fixture.ts'
import { Http } from './http.fixture.ts'
import { deployment, startService, type ServiceProcess } from './servers.fixture.ts'

jest.setTimeout(120_000)

type App = 'engagements' | 'communication' | 'projection'
interface Docs {
  readonly paths: Readonly<Record<string, unknown>>
}
interface Relays {
  readonly relays: readonly { readonly context: string; readonly state: string; readonly atHead: boolean }[]
}

/** A path of each kind, and whether a service serves it. */
const routes: Readonly<Record<App, { readonly own: readonly string[]; readonly foreign: readonly string[] }>> = {
  engagements: {
    own: ['POST /api/engagements/clients', 'POST /api/operations/dlq-list', 'POST /api/operations/relay-list'],
    foreign: ['POST /api/communication/disclosures', 'GET /api/views/persons', 'POST /api/operations/rebuild'],
  },
  communication: {
    own: ['POST /api/communication/disclosures', 'POST /api/operations/import-begin'],
    foreign: ['POST /api/engagements/clients', 'GET /api/views/persons', 'POST /api/operations/rebuild'],
  },
  projection: {
    own: ['GET /api/views/persons', 'POST /api/operations/rebuild'],
    foreign: [
      'POST /api/engagements/clients',
      'POST /api/communication/disclosures',
      'POST /api/operations/dlq-list',
      'POST /api/operations/relay-list',
      'POST /api/operations/import-begin',
    ],
  },
}

await onServers(['kafka', 'mongodb'], (addresses) => {
  let place: Awaited<ReturnType<typeof deployment>>
  const running = new Set<ServiceProcess>()
  const start = async (app: App, env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> => {
    const service = await startService(app, { ...place.env, ...env })
    running.add(service)
    return service
  }
  const http = async (service: ServiceProcess, role: 'pm' | 'operator'): Promise<Http> =>
    new Http(service.url, await place.token({ tenant: 'main', role }))
  const probe = async (service: ServiceProcess, name: string): Promise<number> =>
    (await fetch(`${service.url}/health/${name}`)).status

  beforeAll(async () => {
    place = await deployment(addresses)
  })
  afterAll(async () => {
    await Promise.all([...running].map((service) => service.stop()))
    await place.dispose()
  })

  describe.each(['engagements', 'communication', 'projection'] as const)('%s as a process', (app) => {
    let service: ServiceProcess
    beforeAll(async () => {
      service = await start(app)
    })

    test('it is live, has started, and becomes ready', async () => {
      expect(await probe(service, 'live')).toBe(200)
      await until(async () => (await probe(service, 'ready')) === 200)
      expect(await probe(service, 'startup')).toBe(200)
    })

    test('it serves its own routes and no other', async () => {
      const ask = async (route: string): Promise<number> => {
        const [method, path] = route.split(' ') as ['GET' | 'POST', string]
        const by = await http(service, path.includes('operations') ? 'operator' : 'pm')
        const body = await (method === 'GET' ? by.get(path) : by.post(path, {}))
        return body.status
      }
      for (const route of routes[app].own) expect([route, await ask(route)]).not.toEqual([route, 404])
      for (const route of routes[app].foreign) expect([route, await ask(route)]).toEqual([route, 404])
    })

    test('/docs-json lists what it serves alone', async () => {
      const { paths } = (await (await fetch(`${service.url}/docs-json`)).json()) as Docs
      const listed = Object.keys(paths).filter((path) => !path.startsWith('/api/operations/'))
      const begins = app === 'projection' ? '/api/views/' : `/api/${app}/`
      expect(listed.length).toBeGreaterThan(5)
      expect(listed.filter((path) => !path.startsWith(begins))).toEqual([])
    })

    test('SIGTERM ends it in order', async () => {
      await service.stop('SIGTERM')
      expect([service.child.exitCode, service.child.signalCode]).toEqual([0, null])
    })
  })

  test('ROLES=api takes commands and tells nothing; a process with ROLES=relay tells it', async () => {
    const api = await start('engagements', { ROLES: 'api' })
    const operator = await http(api, 'operator')
    const relay = async () =>
      (await operator.post<Relays>('/api/operations/relay-list', {})).body.relays.find(
        ({ context }) => context === 'engagements',
      )!
    const standing = (await relay()).state
    expect(standing).not.toBe('running')
    await (await http(api, 'pm')).done('/api/engagements/clients', { name: 'Riverside Hospital' })
    expect(await relay()).toMatchObject({ state: standing, atHead: false })
    const teller = await start('engagements', { ROLES: 'relay' })
    await until(async () => (await relay()).atHead)
    expect(await relay()).toMatchObject({ state: 'running' })
    const refused = await (await http(teller, 'pm')).post('/api/engagements/clients', { name: 'Harbour' })
    expect(refused.status).toBe(404)
    await teller.stop()
    expect(await relay()).toMatchObject({ state: 'released', atHead: true })
    await api.stop()
  })

  test('ROLES=query serves what a process with ROLES=project feeds', async () => {
    const [api, feeder, queries] = await Promise.all([
      start('engagements', { ROLES: 'api' }),
      start('projection', { ROLES: 'project' }),
      start('projection', { ROLES: 'query' }),
    ])
    const pm = await http(api, 'pm')
    const { id, position } = await pm.done('/api/engagements/clients', { name: 'Harbour' })
    const reader = await http(queries, 'pm')
    let items: readonly { readonly id: string }[] = []
    await until(async () => {
      const answer = await reader.get<{ readonly items: typeof items }>('/api/views/clients', { 'wait-for': position })
      if (answer.status === 200) items = answer.body.items
      return answer.status === 200
    })
    expect(items.map((item) => item.id)).toContain(id)
    expect((await (await http(feeder, 'pm')).get('/api/views/clients')).status).toBe(404)
    expect((await (await http(queries, 'operator')).post('/api/operations/rebuild', {})).status).toBe(404)
    await Promise.all([api, feeder, queries].map((service) => service.stop()))
  })
})
