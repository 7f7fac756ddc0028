import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { scratch } from './cli.fixture.ts'
import { delay, portal, type Answered, type Http, type Portal } from './http.fixture.ts'
import { served, type Served } from './served.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('tenants')
let house: Served
let mine: Http
let theirs: Http
let admin: Http
let own: Portal
let foreign: Portal
const ids = { disclosure: '', person: '', stakeholder: '', interaction: '', client: '', event: '', import: '' }
let position: string
let cursor: string

beforeAll(async () => {
  house = await served(folder.path('data'))
  mine = await house.http('pm', { tenant: 'one' })
  admin = await house.http('admin', { tenant: 'one' })
  theirs = await house.http('pm', { tenant: 'two' })
  own = await portal(mine)
  foreign = await portal(theirs, { name: 'Secret project' })
  const { engagement } = foreign
  ids.client = foreign.client
  ids.person = (await theirs.done('/api/engagements/persons', { name: 'Theirs', mail: 'theirs@two.example' })).id
  const who = { engagement, person: ids.person, side: 'client', role: 'IT', rights: [] }
  ids.stakeholder = (await theirs.done('/api/engagements/stakeholders', who)).id
  ids.disclosure = (await theirs.done('/api/communication/disclosures', { ...delay, engagement })).id
  const said = { engagement, channel: 'chat', direction: 'inbound', summary: 'Theirs alone' }
  const logged = await theirs.done('/api/communication/interactions', said)
  ids.interaction = logged.id
  position = logged.position
  await theirs.view('persons', { 'wait-for': position })
  const page = await theirs.view<{ cursor: string; items: { id: string }[] }>('log?limit=1')
  cursor = page.cursor
  ids.event = page.items[0]!.id
})
afterAll(async () => {
  await house.server.close()
  await folder.clean()
})

/** What an answer tells, without what belongs to the request. */
const told = ({ status, body }: Answered, ...of: readonly string[]) => ({
  status,
  // Where the answer repeats what was asked, that is no news.
  body: of.reduce((text, id) => text.replaceAll(id, 'ID'), JSON.stringify(body)),
})
const stored = async (): Promise<number> => {
  let events = 0
  const done = new AbortController()
  for await (const page of house.server.folder.events.follow({ from: '', prefixes: [], signal: done.signal })) {
    events += page.events.length
    if (page.caughtUp) break
  }
  done.abort()
  return events
}
/** Asks once with an id of the other tenant and once with one that nobody has. */
async function same(ask: (id: string) => Promise<Answered>, id: string): Promise<Answered> {
  const random = randomUUID()
  const first = await ask(id)
  expect(told(first, id)).toEqual(told(await ask(random), random))
  return first
}

describe('BR-67 an id of another tenant is answered exactly like one that nobody has', () => {
  test('BR-67 in the path of a command and of a view', async () => {
    const before = await stored()
    const acts: [Http, string, string, unknown][] = [
      [mine, '/api/communication/disclosures/ID/correct', ids.disclosure, { impact: 'x', reason: 'x' }],
      [mine, '/api/communication/interactions/ID/correct', ids.interaction, { summary: 'x', reason: 'x' }],
      [mine, '/api/engagements/clients/ID/rename', ids.client, { name: 'Mine now' }],
      [mine, '/api/engagements/engagements/ID/close', foreign.engagement, { reason: 'x' }],
      [mine, '/api/engagements/stakeholders/ID/grant-right', ids.stakeholder, { right: 'sign-minutes' }],
      [mine, '/api/engagements/persons/ID/correct', ids.person, { name: 'Mine' }],
      [admin, '/api/engagements/persons/ID/request-erasure', ids.person, { basis: 'objection' }],
      [admin, '/api/engagements/persons/ID/erase', ids.person, {}],
    ]
    for (const [by, path, id, body] of acts)
      expect([path, (await same((each) => by.post(path.replace('ID', each), body), id)).status]).toEqual([path, 404])
    for (const [view, id] of [
      ['disclosures', ids.disclosure],
      ['interactions', ids.interaction],
      ['engagements', foreign.engagement],
      ['persons', ids.person],
    ] as const)
      expect((await same((each) => mine.get(`/api/views/${view}/${each}`), id)).status).toBe(404)
    expect(await stored()).toBe(before)
  })

  test('BR-67 in the query of a view', async () => {
    for (const view of ['timeline', 'disclosures', 'interactions', 'log'])
      expect((await same((id) => mine.get(`/api/views/${view}?engagement=${id}`), foreign.engagement)).status).toBe(404)
    expect((await same((id) => mine.get(`/api/views/log?asOf=${id}`), ids.event)).status).toBe(400)
    const { items } = await mine.view<{ items: unknown[] }>('engagements?name=Secret%20project')
    expect(items).toEqual([])
  })

  test('BR-67 in a header: the tenant is the token’s, whatever a header says', async () => {
    for (const header of [
      'x-tenant',
      'x-tenant-id',
      'tenant',
      'organization-id',
      'x-organization-id',
      'x-rapport-tenant',
    ])
      for (const value of ['two', foreign.client]) {
        const { items } = await mine.view<{ items: { id: string }[] }>('engagements', { [header]: value })
        expect(items.map(({ id }) => id)).toEqual([own.engagement])
        expect((await mine.get(`/api/views/disclosures/${ids.disclosure}`, { [header]: value })).status).toBe(404)
      }
    expect((await same((id) => mine.get('/api/views/persons', { 'wait-for': id }), ids.event)).status).toBe(400)
    const named = await mine.post(
      '/api/engagements/clients',
      { name: 'Mine' },
      { 'idempotency-key': ids.disclosure, 'x-tenant': 'two' },
    )
    expect(named.status).toBe(201)
    const after = await theirs.view<{ items: { stream: string }[] }>('log?limit=500')
    expect(after.items.filter(({ stream }) => stream.includes('-one~'))).toEqual([])
  })

  test('BR-67 in a body: nothing is linked across', async () => {
    const before = await stored()
    const { engagement } = own
    const links: [string, (id: string) => unknown, string][] = [
      ['/api/communication/disclosures', (id) => ({ ...delay, engagement: id }), foreign.engagement],
      [
        '/api/communication/interactions',
        (id) => ({ engagement: id, channel: 'chat', direction: 'inbound', summary: 'x' }),
        foreign.engagement,
      ],
      [
        '/api/communication/interactions',
        (id) => ({ engagement, channel: 'chat', direction: 'inbound', summary: 'x', participants: [id] }),
        ids.stakeholder,
      ],
      [
        '/api/engagements/stakeholders',
        (id) => ({ engagement, person: id, side: 'client', role: 'IT', rights: [] }),
        ids.person,
      ],
      [
        '/api/engagements/stakeholders',
        (id) => ({ engagement: id, person: own.manager, side: 'client', role: 'IT', rights: [] }),
        foreign.engagement,
      ],
      [
        '/api/engagements/engagements',
        (id) => ({ client: id, name: 'x', manager: own.manager, start: '2026-01-05', zone: 'UTC' }),
        ids.client,
      ],
      [
        '/api/engagements/engagements',
        (id) => ({ client: own.client, name: 'x', manager: id, start: '2026-01-05', zone: 'UTC' }),
        ids.person,
      ],
      [`/api/engagements/persons/${own.manager}/merge`, (id) => ({ into: id }), ids.person],
    ]
    for (const [path, body, id] of links) {
      const { status, body: answer } = await same((each) => mine.post(path, body(each)), id)
      expect([path, status, answer['code']]).toEqual([path, 422, 'reference-not-found'])
    }
    expect(await stored()).toBe(before)
  })

  test('BR-67 as wait-for and as cursor', async () => {
    // A position says how far to read, of one's own events: it opens nothing.
    const { items } = await mine.view<{ items: { id: string }[] }>('engagements', { 'wait-for': position })
    expect(items.map(({ id }) => id)).toEqual([own.engagement])
    const asked = (of: string) => mine.get(`/api/views/log?limit=1&cursor=${encodeURIComponent(of)}`)
    const random = cursor.slice(0, -6) + (cursor.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA')
    expect(told(await asked(cursor))).toEqual(told(await asked(random)))
    expect((await asked(cursor)).status).toBe(400)
    for (const bad of ['{"$gt":""}', 'undefined', 'null', '[object Object]'])
      expect((await asked(bad)).body).toMatchObject({ code: 'cursor-invalid' })
  })

  test('BR-67 a client’s token for a stakeholder of another tenant is a client of nothing', async () => {
    const disclosure = (await mine.done('/api/communication/disclosures', { ...delay, engagement: own.engagement })).id
    await same(async (stakeholder) => {
      const client = await house.http('client', { tenant: 'one', stakeholder })
      expect((await client.get(`/api/views/timeline?engagement=${own.engagement}`)).status).toBe(404)
      return client.post(`/api/communication/disclosures/${disclosure}/acknowledge`, { stakeholder, heardBefore: true })
    }, ids.stakeholder)
  })

  test('BR-67 the other tenant has what it had, and sees nothing of ours', async () => {
    const log = await theirs.view<{ items: { stream: string }[] }>('log?limit=500')
    expect(log.items.every(({ stream }) => stream.includes('-two~'))).toBe(true)
    expect(log.items).toHaveLength(7)
    const { items } = await theirs.view<{ items: { name: unknown }[] }>('persons')
    expect(items.map(({ name }) => name)).toEqual(['Mia Manager', 'Theirs'])
    // The same mail address is another person in another tenant.
    const twin = await mine.done('/api/engagements/persons', { name: 'Ours', mail: 'theirs@two.example' })
    expect(twin.id).not.toBe(ids.person)
  })
})
