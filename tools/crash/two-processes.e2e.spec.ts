import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Account } from './account.ts'
import { Load } from './load.ts'
import { random } from './plan.ts'
import { Processes } from './processes.ts'
import { settle, type Settled } from './settle.ts'
import { eventsOf } from './stored.ts'

jest.setTimeout(300_000)

const dir = mkdtempSync(join(tmpdir(), 'rapport-two-'))
const data = join(dir, 'data')
const processes = new Processes(new AbortController().signal)
let settled: Settled
beforeAll(async () => {
  settled = await settle(processes, data, random(5))
})
afterAll(async () => {
  await processes.killAll()
  rmSync(dir, { recursive: true, force: true })
})

const IN_USE = 3
async function accounted(): Promise<void> {
  const account = new Account(settled.book.asked)
  account.take(await eventsOf(data))
  expect(account.judge(false)).toEqual([])
  expect(settled.book.problems).toEqual([])
}

test('under load every other start on the folder is refused with its code and the name of the holder; nothing is lost', async () => {
  const first = processes.start(data)
  const url = (await first.ready)!
  const load = new Load({ ...settled, rand: random(6), round: 1 }, url, [])
  const loading = load.run()
  const others = await Promise.all(Array.from({ length: 3 }, () => processes.start(data).ended))
  for (const { code, stdout, stderr } of others) {
    expect({ code, error: JSON.parse(stdout).error }).toEqual({ code: IN_USE, error: 'folder-in-use' })
    expect(stderr).toContain(`process ${first.child.pid} at ${url}`)
  }
  load.stop()
  await loading
  expect(settled.book.of('in-doubt')).toEqual([])
  expect(settled.book.of('acknowledged').length).toBeGreaterThan(100)
  await accounted()
  first.child.kill('SIGKILL')
  await first.ended
})

test('of several that start at once on a free folder, which a killed process left, one holds it', async () => {
  const all = Array.from({ length: 4 }, () => processes.start(data))
  const urls = await Promise.all(all.map(({ ready }) => ready))
  const holder = all[urls.findIndex((url) => url !== undefined)]!
  const ends = await Promise.all(all.filter((each) => each !== holder).map(({ ended }) => ended))
  expect(ends.map(({ code }) => code)).toEqual([IN_USE, IN_USE, IN_USE])
  const load = new Load({ ...settled, rand: random(8), round: 2 }, (await holder.ready)!, [])
  const loading = load.run()
  await sleep(300)
  load.stop()
  await loading
  await accounted()
  holder.child.kill('SIGTERM')
  expect(await holder.ended).toMatchObject({ code: 0 })
})
