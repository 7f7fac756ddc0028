import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StoredEvent } from '@rapport/events'
import { openFolder, type DataFolder } from '@rapport/sqlite'
import { Account } from './account.ts'
import { Examination } from './examination.ts'
import { Load } from './load.ts'
import { points, random } from './plan.ts'
import { Processes, root } from './processes.ts'
import type { Report } from './report.ts'
import { settle, type Settled } from './settle.ts'
import { eventsOf, keysLeft } from './stored.ts'

jest.setTimeout(900_000)

const dir = mkdtempSync(join(tmpdir(), 'rapport-crash-spec-'))
const ending = new AbortController()
const processes = new Processes(ending.signal)
const rand = random(7)
afterAll(async () => {
  await processes.killAll()
  rmSync(dir, { recursive: true, force: true })
})

test('kill -9, 40 times: every acknowledged command is there exactly once, none half done', async () => {
  const file = join(dir, 'report.json')
  const { NODE_OPTIONS: _, ...env } = process.env
  const flags = ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning']
  const args = [...flags, 'tools/crash/main.ts', '--kills', '40', '--json', file]
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  expect({ code, said }).toMatchObject({ code: 0 })
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  expect(report).toMatchObject({ kills: 40, problems: [] })
  const killed = new Map(report.moments.map(({ at, kills }) => [at, kills]))
  expect(Object.keys(points).filter((at) => !(killed.get(at)! > 0))).toEqual([])
  expect(report.underWay.median).toBeGreaterThanOrEqual(16)
  const sum = (of: 'acknowledged' | 'inDoubtStored' | 'inDoubtNotStored') =>
    report.moments.reduce((all, row) => all + row[of], 0)
  expect(sum('inDoubtStored')).toBeGreaterThan(0)
  expect(sum('inDoubtNotStored')).toBeGreaterThan(0)
  expect(sum('acknowledged')).toBeGreaterThan(1_000)
})

describe('a store that is not what was acknowledged is found out', () => {
  const data = join(dir, 'data')
  let settled: Settled
  let events: readonly StoredEvent[]

  beforeAll(async () => {
    settled = await settle(processes, data, rand)
    const server = processes.start(data)
    const load = new Load({ ...settled, rand, round: 1 }, (await server.ready)!, [])
    const loading = load.run()
    while (settled.book.of('acknowledged').length < 300) await sleep(10)
    load.stop()
    await loading
    const account = new Account(settled.book.asked)
    do account.take(await eventsOf(data, account.position))
    while (account.outstanding > 0 && (await sleep(20, true)))
    server.child.kill('SIGTERM')
    expect(await server.ended).toMatchObject({ code: 0 })
    events = await eventsOf(data)
    expect(codesOf(events)).toEqual([])
  })

  const codesOf = (stored: readonly StoredEvent[]): readonly string[] => {
    const account = new Account(settled.book.asked)
    account.take(stored)
    return [...new Set(account.judge(true).map(({ code }) => code))]
  }
  async function spoilt(name: string, spoil: (folder: DataFolder) => unknown): Promise<string> {
    const copy = join(dir, name)
    cpSync(data, copy, { recursive: true })
    const folder = await openFolder(copy)
    await spoil(folder)
    await folder.close()
    return copy
  }
  const seqOf = (type: string): number => Number(events.findLast((event) => event.type === type)!.position)

  test('an acknowledged event is gone from the end, or from the middle', async () => {
    const last = Math.max(...['InteractionLogged', 'PersonRegistered', 'DisclosureMade'].map(seqOf))
    const end = await spoilt('end', ({ files }) => files.events.raw.exec(`DELETE FROM events WHERE seq >= ${last}`))
    expect(codesOf(await eventsOf(end))).toContain('lost')
    const one = seqOf('DisclosureCorrected')
    const middle = await spoilt('middle', ({ files }) => files.events.raw.exec(`DELETE FROM events WHERE seq = ${one}`))
    expect(codesOf(await eventsOf(middle))).toContain('lost')
  })

  test('a command of two events is there by half', async () => {
    const half = seqOf('MeetingHeld')
    const data = await spoilt('half', ({ files }) => files.events.raw.exec(`DELETE FROM events WHERE seq > ${half}`))
    expect(codesOf(await eventsOf(data))).toContain('half-done')
  })

  test('an event stands twice', async () => {
    const one = seqOf('InteractionLogged')
    const twice = `INSERT INTO events SELECT (SELECT max(seq) FROM events) + 1, context, stream, revision + 100, id, type, recorded, metadata, data
      FROM events WHERE seq = ${one}`
    const data = await spoilt('twice', ({ files }) => files.events.raw.exec(twice))
    expect(codesOf(await eventsOf(data))).toContain('doubled')
  })

  test('the key of a person is still there, a document is another one', async () => {
    const person = events.find(({ type }) => type === 'PersonRegistered')!.stream.split('~')[1]!
    expect(await keysLeft(data, [person])).toEqual([person])
    const other = await spoilt('document', async ({ documents }) => {
      const collection = (await documents.collections()).find((name) => name.startsWith('disclosures.'))!
      const [found] = await documents.find('main', collection, { limit: 1 })
      const { id, doc, position } = found!
      await documents.put('main', collection, id, { ...doc, subject: 'Another' }, position, position)
    })
    const account = new Account(settled.book.asked)
    const examination = new Examination(processes, other, settled, async () =>
      account.take(await eventsOf(other, account.position)),
    )
    await examination.begin()
    await examination.end(account)
    expect(examination.problems).toEqual([expect.stringMatching(/^The read model disclosures\.v\d+\.\w+ is not what/)])
  })
})
