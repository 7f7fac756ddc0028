import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import communication from '@rapport/communication'
import engagements from '@rapport/engagements'
import { parseStored, Registry } from '@rapport/events'
import { commandRoutes, localTokens, tokenKey } from '@rapport/service'
import { scratch, started, type Started } from '../../cli.fixture.ts'
import { keyFile } from '../../server.ts'
import { eventsOf } from '../../store.fixture.ts'
import { communicationRecipes } from './communication.fixture.ts'
import { Desk, type Recipe, type Send, type Valid } from './desk.fixture.ts'
import { engagementRecipes } from './engagements.fixture.ts'
import { heavy, operationRecipes } from './operations.fixture.ts'
import { spoiler } from './spoil.fixture.ts'
import { Tally } from './tally.fixture.ts'
import { Wire } from './wire.fixture.ts'

jest.setTimeout(1_200_000)

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const count = Number(process.env['FUZZ_COUNT'] ?? 100_000)
const DESKS = 16

// A power cut is another spec's matter: what is asked here is what is answered and what stands.
const folder = scratch('fuzz', { memory: true })
const data = folder.path('data')
let server: Started
let wire: Wire | undefined
let routes: readonly string[]
const tally = new Tally()
const recorded = new Map<string, number>()

const decisions = new Map(
  commandRoutes(new Registry([engagements, communication])).map(({ path, decision }) => [path, decision]),
)
/** Routes that can by nature accept nothing from outside. */
const never: Readonly<Record<string, string>> = {
  '/api/operations/dlq-drop': 'drops a dead letter, and nothing that is sent makes one',
  '/api/operations/relay-list': 'a data folder has no relay',
  '/api/operations/relay-resend': 'a data folder has no relay',
  ...Object.fromEntries(
    [...decisions]
      .filter(([, { roles }]) => roles.every((role) => role === 'system'))
      .map(([path]) => [path, 'only the house itself may, and no token gives its role']),
  ),
}
/** The house’s own decisions are asked for all the same. */
const forbidden = Object.fromEntries(
  [...decisions]
    .filter(([path]) => Object.hasOwn(never, path))
    .map(([path, { example }]): [string, Recipe] => [
      path,
      async (desk) => ({
        path: path.replace('{id}', '0192f0c1-7b7a-7c3e-8b8a-1234567890ab'),
        as: await desk.as('admin'),
        body: example as object as Valid['body'],
      }),
    ]),
)
let folders = 0
const recipes: Readonly<Record<string, Recipe>> = {
  ...engagementRecipes,
  ...communicationRecipes,
  ...operationRecipes(() => folder.path(`copy-${++folders}`)),
  ...forbidden,
}

beforeAll(async () => {
  // What a spoilt backup names is made in the scratch folder.
  server = await started(data, { cwd: folder.dir, env: { LOG_LEVEL: 'warn' } })
  wire = new Wire(server.url, DESKS)
  const docs = (await (await fetch(`${server.url}/docs-json`)).json()) as { paths: Record<string, { post?: object }> }
  routes = Object.keys(docs.paths).filter((path) => docs.paths[path]!.post !== undefined)
})
afterAll(async () => {
  wire?.close()
  await folder.clean()
})

/** Whether a backup would be made outside of the scratch folder. */
function strays(path: string, body: string | Buffer): boolean {
  if (path !== '/api/operations/backup') return false
  const named = String(body).matchAll(/"(?:dir|keys)":"((?:[^"\\]|\\.)*)"/g)
  return named.some(([, to]) => to!.includes('..') || (/^[/\\]/.test(to!) && !to!.startsWith(`${folder.dir}/`)))
}

async function work(n: number, share: number): Promise<void> {
  const tenant = `desk${String(n).padStart(2, '0')}`
  const tokens = localTokens(tokenKey(keyFile(data)))
  const { once, altogether } = spoiler(seed + n)
  const post = async (route: string, valid: Valid, kind: 'valid' | 'once' | 'altogether'): Promise<boolean> => {
    const body = kind === 'valid' ? JSON.stringify(valid.body) : kind === 'once' ? once(valid.body) : altogether()
    if (strays(valid.path, body)) return false
    const answer = tally.take(route, kind, body, await wire!.post(valid.path, valid.as, body))
    if (answer === undefined) {
      valid.back?.()
      return false
    }
    if (decisions.has(route)) recorded.set(tenant, (recorded.get(tenant) ?? 0) + (answer['events'] as number))
    if (kind === 'valid') valid.done?.(answer)
    valid.taken?.(JSON.parse(String(body)) as Readonly<Record<string, unknown>>)
    return true
  }
  const send: Send = (route, valid) => post(route, valid, 'valid')
  const desk = new Desk({
    seed: seed + n,
    token: (role, more) => tokens.mint({ tenant, role, subject: 'somebody', ...more }),
    send,
    recipes,
    decisions,
  })
  const rounds = Math.ceil(share / routes.length)
  const light = routes.filter((route) => !heavy.has(route))
  const turns = [
    ...Array.from({ length: Math.ceil(rounds / 20) }, () => [...heavy]).flat(),
    ...Array.from({ length: 2 * rounds }, () => light).flat(),
  ]
  for (const route of turns) {
    if (tally.sent >= count || tally.faults.length > 0) return
    desk.turn()
    const valid = await recipes[route]!(desk)
    const { sent } = tally.row(route)
    const kind = desk.chance(tally.once < 0.51 * tally.sent ? 0.8 : 0.3)
      ? 'once'
      : sent.altogether * 10 <= sent.valid + sent.once
        ? 'altogether'
        : 'valid'
    await post(route, valid, kind)
  }
}

describe(`${count} bodies, valid and not, at every route that takes one (FUZZ_SEED=${seed})`, () => {
  test('none is answered with 5xx, and every refusal is a problem with a stable code', async () => {
    expect(Object.keys(recipes).sort()).toEqual([...routes].sort())
    await Promise.all(Array.from({ length: DESKS }, (_, n) => work(n, count / DESKS))).catch((error: unknown) => {
      throw new Error(`${String(error)}; the server said: ${server.stderr()}${server.stdout()}`)
    })
    if (process.env['FUZZ_REPORT'] !== undefined) writeFileSync(process.env['FUZZ_REPORT'], `${tally}\n`)
    expect(tally.faults).toEqual([])
    expect(server.child.exitCode).toBeNull()
  })

  test('every route got its share, and accepted some, but for those that by nature cannot', () => {
    expect(tally.sent).toBeGreaterThanOrEqual(count)
    expect(tally.accepted / tally.sent).toBeGreaterThanOrEqual(0.3)
    expect(tally.once / tally.sent).toBeGreaterThanOrEqual(0.5)
    const least = (route: string) => (heavy.has(route) ? 0.02 : 0.5) * (count / routes.length)
    for (const route of routes) {
      const { sent, answered, surprised } = tally.row(route)
      const all = sent.valid + sent.once + sent.altogether
      expect([route, all >= least(route), (answered['2xx'] ?? 0) > 0]).toEqual([
        route,
        true,
        !Object.hasOwn(never, route),
      ])
      if (!Object.hasOwn(never, route)) expect([route, surprised]).toEqual([route, []])
    }
  })

  test('what was refused left nothing: each tenant has the events that were answered, and no more', async () => {
    server.child.kill('SIGTERM')
    expect((await server.ended).code).toBe(0)
    const stored = new Map<string, number>()
    for (const event of await eventsOf(data)) {
      const { meta } = parseStored(event)
      if (meta.actor.kind === 'person') stored.set(meta.tenant, (stored.get(meta.tenant) ?? 0) + 1)
    }
    expect(Object.fromEntries([...stored].sort())).toEqual(Object.fromEntries([...recorded].sort()))
  })
})
