import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openFolder, restore } from '@rapport/sqlite'
import { crashingAt } from '@rapport/testing'
import { rapportJson, rapportOk, scratch, started, type Started } from './cli.fixture.ts'
import { delay, Http, portal, type Portal } from './http.fixture.ts'
import { withKeys } from './store.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('erasure')
const data = folder.path('data')
afterAll(() => folder.clean())

const anna = { name: 'Anna Quittenbaum', mail: 'anna@riverside.example' }
const bo = { name: '欧阳博', mail: 'bo@riverside.example' }
let server: Started
let http: Http
let alice: Http
let bob: Http
let place: Portal
const ids = { anna: '', bo: '', disclosure: '' }

const tokenFor = async (at: string, role: string, ...more: string[]): Promise<string> =>
  (await rapportOk(['token', '--role', role, '--data', at, ...more]))[0]!

/** Registers somebody as a stakeholder of the client, who acknowledges what was disclosed. */
async function joins(person: { name: string; mail: string }): Promise<string> {
  const { id } = await http.done('/api/engagements/persons', person)
  const { engagement } = place
  const who = {
    engagement,
    person: id,
    side: 'client',
    role: 'Head of IT',
    contact: `${person.name}, room 5`,
    rights: ['approve-changes'],
  }
  const stakeholder = await http.done('/api/engagements/stakeholders', who)
  const client = http.as(await tokenFor(data, 'client', '--stakeholder', stakeholder.id))
  await client.done(`/api/communication/disclosures/${ids.disclosure}/acknowledge`, {
    stakeholder: stakeholder.id,
    heardBefore: true,
  })
  const met = {
    engagement,
    channel: 'meeting',
    direction: 'inbound',
    participants: [stakeholder.id],
    summary: 'Went through the plan.',
  }
  await http.done('/api/communication/interactions', met)
  return id
}

type Item = Readonly<Record<string, unknown>>
interface Timeline {
  readonly days: readonly {
    readonly entries: readonly { readonly id: string; readonly sentence: string; readonly texts: readonly string[] }[]
  }[]
}
/** All that can be asked, by name, as it reads now. */
async function everything(): Promise<Readonly<Record<string, readonly Item[]>>> {
  const { engagement } = place
  const items = async (path: string) => (await http.view<{ items: readonly Item[] }>(path)).items
  const timeline = async (path: string) => (await http.view<Timeline>(path)).days.flatMap((day) => day.entries)
  return {
    persons: await items('persons'),
    engagements: await items('engagements'),
    disclosures: await items(`disclosures?engagement=${engagement}`),
    interactions: await items(`interactions?engagement=${engagement}`),
    en: await timeline(`timeline?engagement=${engagement}&lang=en`),
    zh: await timeline(`timeline?engagement=${engagement}&lang=zh-CN`),
    asOf: await timeline(
      `timeline?engagement=${engagement}&clock=recorded&asOf=${new Date(Date.now() + 60_000).toISOString()}`,
    ),
    log: await items('log?limit=500'),
  }
}

/** Every file below some folders that holds these bytes. */
const holding = (bytes: Uint8Array, ...dirs: readonly string[]): readonly string[] =>
  dirs.flatMap((dir) =>
    globSync(join(dir, '**/*')).filter((path) => statSync(path).isFile() && readFileSync(path).includes(bytes)),
  )

/** The bytes that a person's key is wrapped in, and its state; nobody may hold the folder. */
async function keyOf(at: string, person: string): Promise<{ wrapped: Uint8Array | null; state: string }> {
  const opened = await openFolder(at)
  try {
    const row = opened.files.keys.raw.prepare('SELECT wrapped FROM keys WHERE kid = ?').get(`person/${person}`)
    return {
      wrapped: row!['wrapped'] as Uint8Array | null,
      state: (await opened.keys.get('main', `person/${person}`)).state,
    }
  } finally {
    await opened.close()
  }
}

const stop = async (running: Started): Promise<void> => {
  running.child.kill('SIGTERM')
  await running.ended
}
async function start(options: Parameters<typeof started>[1] = {}): Promise<void> {
  server = await started(data, options)
  http = new Http(server.url, await tokenFor(data, 'pm'))
  alice = http.as(await tokenFor(data, 'admin', '--subject', 'alice'))
  bob = http.as(await tokenFor(data, 'admin', '--subject', 'bob'))
}
const findings = async (at = data) =>
  (await rapportJson<{ findings: unknown[] }>(['doctor', '--data', at]))[0]!.findings

beforeAll(async () => {
  await start()
  place = await portal(http)
  ids.disclosure = (await http.done('/api/communication/disclosures', { ...delay, engagement: place.engagement })).id
  ids.anna = await joins(anna)
  ids.bo = await joins(bo)
})

describe('erasure of a person', () => {
  test('one admin requests it and another carries it out; the same person is refused', async () => {
    const address = `/api/engagements/persons/${ids.anna}`
    expect((await http.post(`${address}/request-erasure`, { basis: 'objection' })).status).toBe(403)
    expect((await bob.post(`${address}/erase`, {})).body).toMatchObject({ code: 'not-requested' })
    await alice.done(`${address}/request-erasure`, { basis: 'objection' })
    expect(await alice.post(`${address}/erase`, {})).toMatchObject({ status: 409, body: { code: 'same-person' } })
  })

  test('afterwards the name reads as erased wherever it stood, in both languages, and all else is unchanged', async () => {
    const before = await everything()
    expect(JSON.stringify(before)).toContain(anna.name)
    const { position } = await bob.done(`/api/engagements/persons/${ids.anna}/erase`, {})
    await http.view('persons', { 'wait-for': position })
    const after = await everything()
    expect(JSON.stringify(after)).not.toContain(anna.name)
    expect(JSON.stringify(after)).not.toContain(anna.mail)
    const gone = { erased: true }
    expect(after['persons']!.find(({ id }) => id === ids.anna)).toMatchObject({
      name: gone,
      mail: gone,
      status: 'erased',
    })

    // Put back what was erased, and everything is as it was.
    for (const [language, erased] of [
      ['en', '[erased]'],
      ['zh', '[已清除]'],
    ] as const) {
      const said = JSON.stringify(after[language]).replaceAll(`"${erased}"`, `"${anna.name}, room 5"`)
      expect(JSON.parse(said.replaceAll(erased, anna.name))).toEqual(before[language])
    }
    for (const name of ['engagements', 'disclosures', 'interactions']) expect(after[name]).toEqual(before[name])
    expect(after['persons']!.filter(({ id }) => id !== ids.anna)).toEqual(
      before['persons']!.filter(({ id }) => id !== ids.anna),
    )
    expect(after['log']!.slice(0, -1)).toEqual(before['log'])
    expect(after['log']!.at(-1)).toMatchObject({ type: 'PersonErased' })
    expect(
      (await rapportOk(['list', 'persons', '--data', data])).filter((line) => line.includes('[erased]')),
    ).toHaveLength(1)
    expect(await findings()).toEqual([])
  })

  test('nothing can be sealed for the person any more, and nothing be done with it', async () => {
    const address = `/api/engagements/persons/${ids.anna}`
    for (const [name, body] of [
      ['correct', { name: 'Anna' }],
      ['request-erasure', { basis: 'objection' }],
      ['erase', {}],
    ] as const) {
      const by = name === 'correct' ? http : alice
      expect(await by.post(`${address}/${name}`, body)).toMatchObject({ status: 409, body: { code: 'erased' } })
    }
    const again = {
      engagement: place.engagement,
      person: ids.anna,
      side: 'client',
      role: 'IT',
      contact: 'x',
      rights: [],
    }
    expect(await http.post('/api/engagements/stakeholders', again)).toMatchObject({
      status: 409,
      body: { code: 'person-erased' },
    })
  })

  test('the same mail address registered again is a new person', async () => {
    const { id } = await http.done('/api/engagements/persons', { ...anna, name: 'Anna Again' })
    expect(id).not.toBe(ids.anna)
    expect((await http.post('/api/engagements/persons', anna)).body).toMatchObject({ code: 'already-registered' })
    const { items } = await http.view<{ items: readonly Item[] }>('persons?status=erased')
    expect(items.map((item) => item['id'])).toEqual([ids.anna])
  })

  test('killed between the event and the key, the next start destroys the key; its bytes are in no file', async () => {
    await rapportOk(['backup', folder.path('before'), '--keys', folder.path('before-keys'), '--data', data])
    await alice.done(`/api/engagements/persons/${ids.bo}/request-erasure`, { basis: 'unlawful' })
    await stop(server)
    const { wrapped } = await keyOf(data, ids.bo)
    expect(holding(wrapped!, data)).toEqual([join(data, 'keys.db')])

    await start({ crash: crashingAt('rapport.crash.inside-erase') })
    const key = { 'idempotency-key': 'erase-bo' }
    await expect(bob.post(`/api/engagements/persons/${ids.bo}/erase`, {}, key)).rejects.toThrow()
    expect(await server.ended).toMatchObject({ signal: 'SIGKILL' })
    expect((await keyOf(data, ids.bo)).state).toBe('live')

    await start()
    expect(holding(wrapped!, data)).toEqual([])
    const after = await everything()
    expect(JSON.stringify(after)).not.toContain(bo.name)
    expect(after['persons']!.find(({ id }) => id === ids.bo)).toMatchObject({
      name: { erased: true },
      status: 'erased',
    })
    // Whoever got no answer asks again and hears what was recorded.
    expect((await bob.post(`/api/engagements/persons/${ids.bo}/erase`, {}, key)).body).toMatchObject({ replayed: true })
    expect(await findings()).toEqual([])
    await stop(server)
    expect(holding(wrapped!, data)).toEqual([])
    expect((await keyOf(data, ids.bo)).state).toBe('destroyed')
  })

  test('keys restored from an older backup bring nobody back', async () => {
    await rapportOk(['backup', folder.path('after'), '--keys', folder.path('after-keys'), '--data', data])
    const restored = folder.path('restored')
    const old = folder.path('before-keys')
    await rapportOk(['restore', folder.path('after'), '--keys', old, '--data', restored])
    expect((await keyOf(restored, ids.bo)).state).toBe('destroyed')
    const wrapped = await oldWrapped(old)
    expect(holding(wrapped, old)).toHaveLength(1)
    expect(holding(wrapped, restored)).toEqual([])
    const lines = await rapportOk(['list', 'persons', '--data', restored])
    expect(lines.filter((line) => line.includes('[erased]'))).toHaveLength(2)
    expect(lines.join('\n')).not.toContain(bo.name)
    expect(await findings(restored)).toEqual([])
  })

  test('nor do they where the restore ended before anything was started on it', async () => {
    const restored = folder.path('restored-and-killed')
    await restore(folder.path('after'), folder.path('before-keys'), restored)
    expect((await keyOf(restored, ids.bo)).state).toBe('live')
    const lines = await rapportOk(['list', 'persons', '--data', restored])
    expect(lines.filter((line) => line.includes('[erased]'))).toHaveLength(2)
    expect((await keyOf(restored, ids.bo)).state).toBe('destroyed')
  })
})

async function oldWrapped(keysDir: string): Promise<Uint8Array> {
  return (await keyOf(await withKeys(keysDir, folder.path('look')), ids.bo)).wrapped!
}
