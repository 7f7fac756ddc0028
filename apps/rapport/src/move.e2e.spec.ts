import { execFileSync, spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { openFolder } from '@rapport/sqlite'
import { crashingAt } from '@rapport/testing'
import { HOUSE } from '@rapport/events'
import { rapport, rapportJson, rapportOk, running, started, until } from './cli.fixture.ts'
import { Http, portal } from './http.fixture.ts'
import { answers, exportText, fill, momentsOf, moving, piped, placeless } from './moving.fixture.ts'
import { served } from './served.fixture.ts'
import { eventsOf } from './store.fixture.ts'

jest.setTimeout(300_000)

const { folder, data, file, keys, restore } = moving('move')
afterAll(() => folder.clean())

let whole: string
beforeAll(async () => {
  await fill(data, { demo: true })
  whole = await exportText(data, keys('whole'))
  writeFileSync(file('whole'), whole)
})

describe('a data folder that moves to another', () => {
  test('through a pipe: ids, order, texts, both clocks, keys and what reactions have heard', async () => {
    const into = folder.path('moved')
    const ran = await piped(
      ['export', '--data', data, '--keys', keys('piped')],
      ['restore', '--from-export', '--keys', keys('piped'), '--data', into],
    )
    expect(ran.codes).toEqual(['0', '0'])
    expect(statSync(keys('piped')).mode & 0o777).toBe(0o600)
    const before = (await eventsOf(data)).map(placeless)
    expect(before.length).toBeGreaterThan(200)
    const after = (await eventsOf(into)).map(placeless)
    // Where the hour has come, the clock has acted there since.
    expect(after.slice(0, before.length)).toEqual(before)
    expect(after.slice(before.length).filter(({ metadata }) => !metadata.includes('"kind":"clock"'))).toEqual([])
    expect((await rapportJson(['doctor', '--data', into]))[0]).toMatchObject({ findings: [] })

    const [from, to] = [await openFolder(data), await openFolder(into)]
    try {
      expect(to.store).toEqual({ id: from.store.id, restores: from.store.restores + 1 })
      for (const tenant of ['demo', 'main']) {
        expect(await to.keys.secrets(tenant, false)).toEqual(await from.keys.secrets(tenant, false))
        const kids = await from.keys.list(tenant)
        expect(await to.keys.list(tenant)).toEqual(kids)
        for (const { kid } of kids) expect(await to.keys.get(tenant, kid)).toEqual(await from.keys.get(tenant, kid))
      }
      expect((await from.keys.list('main')).filter(({ state }) => state === 'destroyed')).toHaveLength(1)
      const heard = async (ops: typeof to.ops) => (await ops.list(HOUSE, 'messages/')).map(({ name }) => name)
      expect(await heard(to.ops)).toEqual(await heard(from.ops))
    } finally {
      await from.close()
      await to.close()
    }
  })

  test('every view answers the same as of several instants, on both clocks', async () => {
    const events = await eventsOf(data)
    const last = events.at(-1)!
    const now = Temporal.Instant.from(last.recordedAt).add({ seconds: 1 }).toString()
    const moments = [...momentsOf(events, 5), { asOf: last.id, clock: 'recorded' as const }]
    const ask = async (at: string) => {
      const { server } = await served(at, now)
      try {
        return await answers(server, ['demo', 'main'], moments)
      } finally {
        await server.close()
      }
    }
    const before = await ask(data)
    expect(before.length).toBeGreaterThan(500)
    // The past is another one at each of the moments.
    const timelines = before.filter(
      (answer) => answer.startsWith('demo timeline?engagement') && answer.includes('\n200 '),
    )
    expect(new Set(timelines.map((answer) => answer.slice(answer.indexOf('\n')))).size).toBeGreaterThan(10)
    expect(await ask(folder.path('moved'))).toEqual(before)
  })

  test('goes on there: commands, reactions, and the order of what is recorded', async () => {
    const into = folder.path('moved')
    const server = await started(into)
    const [token] = await rapportOk(['token', '--role', 'pm', '--data', into])
    const http = new Http(server.url, token!)
    const { engagement } = await portal(http, { name: 'After the move' })
    server.child.kill('SIGTERM')
    await server.ended
    const times = (await eventsOf(into)).map(({ recordedAt }) => recordedAt)
    expect(times).toEqual([...times].sort())
    expect((await rapportOk(['timeline', engagement, '--data', into])).length).toBeGreaterThan(1)
  })

  test('while it is used: the export is one moment of it', async () => {
    const busy = folder.path('busy')
    const server = await started(busy)
    const [token] = await rapportOk(['token', '--role', 'pm', '--data', busy])
    const http = new Http(server.url, token!)
    const { engagement } = await portal(http)
    let stopped = false
    const said = { engagement, channel: 'chat', direction: 'outbound', summary: 'Busy.' }
    const load = Array.from({ length: 4 }, async () => {
      while (!stopped) await http.done('/api/communication/interactions', said)
    })
    const ran = await rapport(['export', '--data', busy, '--keys', keys('busy')])
    stopped = true
    await Promise.all(load)
    server.child.kill('SIGTERM')
    await server.ended
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('The folder is in use') })
    writeFileSync(file('busy'), ran.stdout)
    expect(await restore(file('busy'), keys('busy'), 'from-busy')).toMatchObject({ code: 0 })
    const [all, then] = [await eventsOf(busy), await eventsOf(folder.path('from-busy'))]
    expect(then.length).toBeGreaterThan(5)
    expect(then).toEqual(all.slice(0, then.length))
    expect((await rapportJson(['doctor', '--data', folder.path('from-busy')]))[0]).toMatchObject({ findings: [] })
  })

  test('killed in the middle it is no data folder, and the same command goes on', async () => {
    const into = folder.path('killed')
    for (const nth of [1, 40]) {
      const killed = await restore(file('whole'), keys('whole'), 'killed', {
        crash: crashingAt('rapport.crash.inside-move', nth),
      })
      expect(killed).toMatchObject({ signal: 'SIGKILL' })
      expect(readdirSync(into)).toEqual(['.partial'])
    }
    expect(await rapport(['start', '--data', into, '--port', '0', '--json'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('restore-incomplete'),
    })
    expect(await restore(file('whole'), keys('whole'), 'killed')).toMatchObject({ code: 0 })
    const before = (await eventsOf(data)).map(placeless)
    expect((await eventsOf(into)).map(placeless).slice(0, before.length)).toEqual(before)
  })

  test('interrupted by Ctrl-C it goes on as well', async () => {
    const into = folder.path('interrupted')
    const cut = whole.slice(0, whole.length >> 1)
    // A pipe of which the writer says no more, and does not end.
    writeFileSync(file('half'), cut)
    const fifo = folder.path('fifo')
    execFileSync('mkfifo', [fifo])
    const writer = spawn('bash', ['-c', 'cat "$0" - > "$1"', file('half'), fifo], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const restoring = running(['restore', '--from-export', fifo, '--keys', keys('whole'), '--data', into])
    await until(() => existsSync(`${into}/.partial/events.db`) || restoring.child.exitCode !== null)
    restoring.child.kill('SIGINT')
    expect(await restoring.ended).toMatchObject({ code: 130 })
    writer.stdin.end()
    expect(await restore(file('whole'), keys('whole'), 'interrupted')).toMatchObject({ code: 0 })
  })
})
