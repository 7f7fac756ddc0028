import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import communication from '@rapport/communication'
import engagements from '@rapport/engagements'
import { Registry } from '@rapport/events'
import { commandRoutes } from '@rapport/service'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { scratch } from '../cli.fixture.ts'
import { Http, type Answered } from '../http.fixture.ts'
import { served, type Served } from '../served.fixture.ts'
import { random } from '../secrecy.fixture.ts'
import { docsOf, viewsOf } from './docs.fixture.ts'
import { foreign, idsIn, withIds, type Shot } from './foreign-ids.fixture.ts'
import { communicationRecipes } from './fuzz/communication.fixture.ts'
import { Desk, type Valid } from './fuzz/desk.fixture.ts'
import { engagementRecipes } from './fuzz/engagements.fixture.ts'
import { operationRecipes } from './fuzz/operations.fixture.ts'

jest.setTimeout(600_000)

const seed = Number(process.env['FOREIGN_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const count = Number(process.env['FOREIGN_COUNT'] ?? 5_000)
const next = random(seed)
const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!

const folder = scratch('foreign')
const decisions = new Map(
  commandRoutes(new Registry([engagements, communication])).map(({ path, decision }) => [path, decision]),
)
// What tells of the whole installation has no ids of a tenant.
const { '/api/operations/backup': _, '/api/operations/rebuild': __, ...operations } = operationRecipes(() => '')
const recipes = { ...engagementRecipes, ...communicationRecipes, ...operations }

/** What a tenant has, and what it could ask next on each route. */
interface Tenant {
  readonly requests: ReadonlyMap<string, readonly Valid[]>
  readonly ids: readonly string[]
  readonly keys: readonly string[]
  readonly engagement: string
  readonly http: Http
  readonly auditor: Http
  readonly cursors: ReadonlyMap<string, string>
  readonly position: string
}
let house: Served
let ours: Tenant
let theirs: Tenant
let views: ReturnType<typeof viewsOf>

async function populated(tenant: string): Promise<Tenant> {
  const ids = new Set<string>()
  const keys: string[] = []
  const http = await house.http('pm', { tenant })
  const desk = new Desk({
    seed: seed + tenant.length,
    token: (role, more) => house.server.token({ tenant, role, subject: 'somebody', ...more }),
    async send(_, valid) {
      const key = `${tenant} ${keys.length}`
      const { status, body } = await http.as(valid.as).post(valid.path, valid.body, { 'idempotency-key': key })
      if (status >= 300) throw new Error(`${valid.path} answered ${status}: ${JSON.stringify(body)}`)
      keys.push(key)
      if (typeof body['id'] === 'string') ids.add(body['id'])
      valid.done?.(body)
      return true
    },
    recipes,
    decisions,
  })
  const { id: engagement } = await desk.project()
  const requests = new Map<string, readonly Valid[]>()
  for (const route of Object.keys(recipes)) {
    const all: Valid[] = []
    while (all.length < 4) all.push(await recipes[route as keyof typeof recipes]!(desk))
    requests.set(route, all)
    for (const valid of all) for (const id of idsIn(valid)) ids.add(id)
  }
  const { events, ...more } = await read(tenant, engagement)
  return { requests, ids: [...ids, ...events], keys, engagement, http, ...more }
}

/** What a tenant can learn of its own of the views. */
async function read(tenant: string, engagement: string) {
  const auditor = await house.http('auditor', { tenant })
  await house.server.settled()
  const { items, position } = await auditor.view<{ items: { id: string }[]; position: string }>('log?limit=500')
  const cursors = new Map<string, string>()
  for (const [path, parameters] of views) {
    if (!parameters.includes('cursor')) continue
    const of = parameters.includes('engagement') ? `engagement=${engagement}&` : ''
    const { body } = await auditor.get(`${path}?${of}limit=1`)
    if (typeof body['cursor'] === 'string') cursors.set(path, body['cursor'])
  }
  return { auditor, cursors, position, events: items.map(({ id }) => id) }
}

/** The head once nothing moves any more: reactions come after what they follow. */
async function quiet(): Promise<string> {
  let head = ''
  for (let same = 0; same < 5; await sleep(100)) {
    const now = await house.server.folder.events.head([])
    same = now === head ? same + 1 : 0
    head = now
  }
  await house.server.settled()
  return head
}

beforeAll(async () => {
  house = await served(folder.path('data'))
  views = viewsOf(await docsOf(house.server.url))
  ours = await populated('one')
  theirs = await populated('two')
})
afterAll(async () => {
  await house.server.close()
  await folder.clean()
})

/** An answer without what belongs to each request, with every id that was asked under the same name. */
function told({ status, body, headers }: Answered, { ids }: Shot) {
  const { date: _, 'x-request-id': __, 'idempotency-key': ___, ...rest } = headers
  const text = JSON.stringify({ status, body, headers: rest })
  return ids.reduce((all, id, n) => all.replaceAll(id, `ID${n}`), text)
}
const fire = ({ method, path, body, headers, http }: Shot): Promise<Answered> =>
  method === 'GET' ? http.get(path, headers) : http.post(path, body, headers)

/** A command of ours with an id of theirs, or all of their ids, in it; and its twin with ids that nobody has. */
function command(): readonly [Shot, Shot] {
  const route = pick([...ours.requests.keys()])
  const our = pick(ours.requests.get(route)!)
  const their = pick(theirs.requests.get(route)!)
  const mine = idsIn(our)
  const at = mine.map((id, n) => [id, idsIn(their)[n] ?? pick(theirs.ids)] as const)
  if (at.length === 0) return command()
  const swapped = next() < 0.2 ? at : [pick(at)]
  const strange = swapped.map(([id]) => [id, randomUUID()] as const)
  const headers = next() < 0.5 ? [{}, {}] : foreign(next, theirs)
  const shot = (swaps: readonly (readonly [string, string])[], n: number): Shot => ({
    method: 'POST',
    route,
    ...withIds(our, new Map(swaps)),
    headers: headers[n]!,
    ids: swaps.map(([, id]) => id),
    http: ours.http.as(our.as),
  })
  return [shot(swapped, 0), shot(strange, 1)]
}

/** A question of ours about an id of theirs; and its twin. */
function question(): readonly [Shot, Shot] {
  const [path, parameters] = pick(views)
  const one = path.includes('{id}')
  const named = parameters.filter(
    (name) => !['order', 'clock', 'lang', 'limit', 'from', 'to', 'measure'].includes(name),
  )
  const name = one && next() < 0.7 ? undefined : pick(named)
  const scoped = parameters.includes('engagement') && name !== 'engagement'
  const cursor = theirs.cursors.get(path)
  const id = name === 'engagement' ? theirs.engagement : pick(theirs.ids)
  const [asked, twin] =
    name === 'cursor' && cursor !== undefined
      ? [
          cursor,
          Buffer.from(`{"f":"${'x'.repeat(22)}","i":"${randomUUID()}","m":"x.v1.internal"}`).toString('base64url'),
        ]
      : [id, randomUUID()]
  const headers = next() < 0.5 ? [{}, {}] : foreign(next, theirs, ours)
  const shot = (value: string, n: number): Shot => ({
    method: 'GET',
    route: path,
    path: `${path.replace('{id}', name === undefined ? value : ours.ids[0]!)}?${new URLSearchParams({
      ...(scoped && { engagement: ours.engagement }),
      ...(name !== undefined && { [name]: value }),
    })}`,
    headers: headers[n]!,
    ids: [value],
    http: pick([ours.http, ours.auditor]),
  })
  const first = shot(asked, 0)
  return [first, { ...shot(twin, 1), http: first.http }]
}

describe(`BR-67 ${count} requests with ids of another tenant (FOREIGN_SEED=${seed})`, () => {
  test('each is answered as with ids that nobody has, in status, headers and body, and records nothing', async () => {
    const head = await quiet()
    const asked = new Set<string>()
    for (let n = 0; n < count; n += 10)
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const [shot, twin] = next() < 0.6 ? command() : question()
          const [answer, other] = await Promise.all([fire(shot), fire(twin)])
          const about = `${shot.method} ${shot.path} ${JSON.stringify(shot.body ?? '')} ${JSON.stringify(shot.headers)}`
          expect([about, told(answer, shot)]).toEqual([about, told(other, twin)])
          // A list may be there, with nothing in it; a command never is.
          expect([about, answer.status < 500 && (shot.method === 'GET' || answer.status >= 400)]).toEqual([about, true])
          expect([about, JSON.stringify(answer.body).includes('-two~')]).toEqual([about, false])
          asked.add(shot.route)
        }),
      )
    expect(await house.server.folder.events.head([])).toBe(head)
    const withIds = [...ours.requests].filter(([, all]) => all.some((valid) => idsIn(valid).length > 0))
    const wanted = [...withIds, ...views].map(([route]) => route)
    expect([...asked].sort()).toEqual(wanted.sort())
  })

  test('it was for the ids: with our own the same commands are accepted', async () => {
    for (const [route, all] of ours.requests) {
      const statuses: number[] = []
      for (const { path, as, body } of all) statuses.push((await ours.http.as(as).post(path, body)).status)
      // One may use up what another needs; a dead letter to drop is nobody's, and a data folder has no relay.
      if (!['dlq-drop', 'relay-list', 'relay-resend'].some((name) => route === `/api/operations/${name}`))
        expect([route, statuses, statuses.some((status) => status < 300)]).toEqual([route, statuses, true])
    }
  })
})
