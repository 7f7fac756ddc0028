import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crashingAt } from '@rapport/testing'
import { rapport, rapportJson, rapportOk, running, scratch, started, until } from './cli.fixture.ts'
import { Http, portal, type Portal } from './http.fixture.ts'
import { eventsOf } from './store.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('backup')
const data = folder.path('data')
afterAll(() => folder.clean())

let place: Portal
const tokenOf = async (at: string): Promise<string> => (await rapportOk(['token', '--role', 'pm', '--data', at]))[0]!
const backup = (name: string) => ['backup', folder.path(name), '--keys', folder.path(`${name}-keys`), '--data', data]
const restore = (events: string, keys: string, into: string) =>
  rapport(['restore', folder.path(events), '--keys', folder.path(keys), '--data', folder.path(into), '--json'])
const timeline = (at: string, lang: string) => rapportOk(['timeline', place.engagement, '--lang', lang, '--data', at])

/** Logs contacts one after another, several at once, until it is told to stop. */
function load(http: Http, writers: number): { stop(): Promise<number> } {
  let stopped = false
  let recorded = 0
  const work = Array.from({ length: writers }, async () => {
    while (!stopped) {
      const contact = {
        engagement: place.engagement,
        channel: 'chat',
        direction: 'outbound',
        summary: `Message ${recorded}`,
      }
      await http.done('/api/communication/interactions', contact)
      recorded++
    }
  })
  return {
    async stop() {
      stopped = true
      await Promise.all(work)
      return recorded
    },
  }
}

/** Nothing is to be found where a restore was refused. */
async function refused(events: string, keys: string, code: string): Promise<void> {
  const ran = await restore(events, keys, 'refused')
  expect(JSON.parse(ran.stdout)).toMatchObject({ error: code })
  expect(ran.code).not.toBe(0)
  expect(existsSync(folder.path('refused')) ? readdirSync(folder.path('refused')) : []).toEqual([])
}

beforeAll(async () => {
  const server = await started(data)
  const http = new Http(server.url, await tokenOf(data))
  place = await portal(http)
  const busy = load(http, 8)
  await sleep(200)
  await rapportOk(backup('loaded'))
  await sleep(200)
  expect(await busy.stop()).toBeGreaterThan(50)
  // Somebody whose key no earlier backup holds.
  await http.done('/api/engagements/persons', { name: 'Late Comer' })
  server.child.kill('SIGTERM')
  await server.ended
  await rapportOk(backup('quiet'))
})

describe('backup and restore', () => {
  test('a backup made under load is one moment of the store, and what is restored from it is whole', async () => {
    const ran = await restore('loaded', 'loaded-keys', 'from-loaded')
    expect(ran).toMatchObject({ code: 0 })
    const all = await eventsOf(data)
    const then = await eventsOf(folder.path('from-loaded'))
    expect(then.length).toBeGreaterThan(10)
    expect(then.length).toBeLessThan(all.length)
    expect(then).toEqual(all.slice(0, then.length))
    const [examined] = await rapportJson(['doctor', '--data', folder.path('from-loaded')])
    expect(examined).toMatchObject({ events: then.length, findings: [] })
  })

  test('a restored folder tells the same timeline in both languages, and goes on', async () => {
    expect(await restore('quiet', 'quiet-keys', 'from-quiet')).toMatchObject({ code: 0 })
    const restored = folder.path('from-quiet')
    for (const lang of ['en', 'zh-CN']) {
      const told = await timeline(data, lang)
      expect(told.length).toBeGreaterThan(50)
      expect(await timeline(restored, lang)).toEqual(told)
    }
    expect((await rapportJson<{ findings: unknown[] }>(['doctor', '--data', restored]))[0]!.findings).toEqual([])
    const server = await started(restored)
    const http = new Http(server.url, await tokenOf(restored))
    const contact = {
      engagement: place.engagement,
      channel: 'chat',
      direction: 'outbound',
      summary: 'After the restore',
    }
    const { position } = await http.done('/api/communication/interactions', contact)
    const { items } = await http.view<{ items: { summary: string }[] }>(
      `interactions?engagement=${place.engagement}&order=desc&limit=1`,
      { 'wait-for': position },
    )
    expect(items[0]!.summary).toBe('After the restore')
    // A token of the old folder opens nothing here.
    expect((await http.as(await tokenOf(data)).get('/api/views/persons')).status).toBe(401)
    server.child.kill('SIGTERM')
    await server.ended
  })

  test('restore refuses events whose keys are missing, folders that are mixed up, and one that holds no backup', async () => {
    await refused('quiet', 'loaded-keys', 'key-missing')
    await refused('quiet-keys', 'quiet', 'backup-mixed-up')
    await refused('quiet', 'quiet', 'backup-mixed-up')
    await refused('nowhere', 'quiet-keys', 'backup-incomplete')
  })

  test('restore refuses keys of another installation', async () => {
    const other = folder.path('other')
    const server = await started(other)
    await new Http(server.url, await tokenOf(other)).done('/api/engagements/clients', { name: 'Elsewhere' })
    server.child.kill('SIGTERM')
    await server.ended
    await rapportOk(['backup', folder.path('other-events'), '--keys', folder.path('other-keys'), '--data', other])
    await refused('other-events', 'quiet-keys', 'backup-mixed-up')
    await refused('quiet', 'other-keys', 'backup-mixed-up')
  })

  test('restore refuses a backup of which one byte changed', async () => {
    for (const name of ['quiet', 'quiet-keys'])
      cpSync(folder.path(name), folder.path(`changed-${name}`), { recursive: true })
    const path = folder.path('changed-quiet/events.db')
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(path, bytes)
    await refused('changed-quiet', 'changed-quiet-keys', 'backup-damaged')
  })

  test('neither goes into a folder that holds something', async () => {
    mkdirSync(folder.path('full'))
    writeFileSync(folder.path('full/mine.txt'), 'mine')
    expect(await restore('quiet', 'quiet-keys', 'full')).toMatchObject({ code: 2 })
    expect(await rapport(backup('full'))).toMatchObject({ code: 2 })
    expect(await rapport(['backup', folder.path('x'), '--keys', folder.path('x'), '--data', data])).toMatchObject({
      code: 2,
    })
    expect(readdirSync(folder.path('full'))).toEqual(['mine.txt'])
    expect(await restore('quiet', 'quiet-keys', 'data')).toMatchObject({ code: 2 })
  })

  test('a backup killed in the middle is none; the same folders take the next one', async () => {
    const killed = await rapport(backup('cut'), { crash: crashingAt('rapport.crash.inside-backup') })
    expect(killed).toMatchObject({ signal: 'SIGKILL' })
    await refused('cut', 'cut-keys', 'backup-incomplete')
    await refused('quiet', 'cut-keys', 'backup-incomplete')
    await rapportOk(backup('cut'))
    expect(await restore('cut', 'cut-keys', 'from-cut')).toMatchObject({ code: 0 })
  })

  test('a restore killed in the middle is no data folder; the next one takes its place', async () => {
    const into = folder.path('killed')
    const args = ['restore', folder.path('quiet'), '--keys', folder.path('quiet-keys'), '--data', into]
    const { child, ended } = running(args)
    await until(() => existsSync(join(into, '.partial')) || child.exitCode !== null)
    child.kill('SIGKILL')
    expect(await ended).toMatchObject({ signal: 'SIGKILL' })
    // Where it had ended just before, the folder is whole already.
    if (existsSync(join(into, '.partial')))
      expect(await rapport(['start', '--data', into, '--port', '0', '--json'])).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('restore-incomplete'),
      })
    const again = await rapport(args)
    expect([0, 2]).toContain(again.code)
    expect(await timeline(into, 'en')).toEqual(await timeline(data, 'en'))
  })
})
