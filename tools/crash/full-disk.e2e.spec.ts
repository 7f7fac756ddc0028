import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Account } from './account.ts'
import type { Asked } from './book.ts'
import { Examination } from './examination.ts'
import { Http } from './http.ts'
import { random } from './plan.ts'
import { Processes } from './processes.ts'
import { settle, type Settled } from './settle.ts'
import { eventsOf } from './stored.ts'

jest.setTimeout(300_000)

const dir = mkdtempSync(join(tmpdir(), 'rapport-full-disk-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'rapport-test', dir])
const skipped =
  mounted.status === 0
    ? undefined
    : `no tmpfs can be mounted here: ${String(mounted.error?.message ?? mounted.stderr).trim()}`
const data = join(dir, 'data')
const filler = join(dir, 'filler')
const processes = new Processes(new AbortController().signal)
afterAll(async () => {
  await processes.killAll()
  if (skipped === undefined) expect(spawnSync('umount', [dir]).status).toBe(0)
  rmSync(dir, { recursive: true, force: true })
})

/** Takes all space but about so many bytes; others write meanwhile. */
function fill(left: number): void {
  const file = openSync(filler, 'w')
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(dir)
      const size = Math.min(1024 * 1024, bavail * bsize - left)
      if (size <= 0) return
      writeSync(file, Buffer.alloc(size))
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

const named = skipped === undefined ? 'a full disk' : `a full disk (skipped: ${skipped})`
;(skipped === undefined ? describe : describe.skip)(named, () => {
  let settled: Settled
  let server: ReturnType<Processes['start']>
  let http: Http
  const statuses = new Map<unknown, number>()

  const send = async (asked: Asked): Promise<unknown> => {
    const { path, by } = asked.command
    const sent = await http.post(path, asked.text, settled.tokens[by], asked.key)
    settled.book.note(asked, sent)
    statuses.set(sent.status, (statuses.get(sent.status) ?? 0) + 1)
    return sent.status
  }
  const another = (): Asked => settled.book.ask(settled.commands.next(), randomUUID())

  beforeAll(async () => {
    settled = await settle(processes, data, random(3))
    server = processes.start(data)
    http = new Http((await server.ready)!)
  })

  // One after the other: where the last byte goes decides which file meets the end first.
  test.each([400_000, 0, 90_000, 1_500_000])(
    'with %d bytes left commands are soon refused with 507, what was acknowledged stands, and the process goes on',
    async (left) => {
      fill(left)
      const refused: Asked[] = []
      while (refused.length < 50) {
        const all = await Promise.all(
          Array.from({ length: 16 }, another).map(async (asked) => ({ asked, status: await send(asked) })),
        )
        refused.push(...all.filter(({ status }) => status === 507).map(({ asked }) => asked))
        expect([...statuses.keys()].filter((status) => ![200, 201, 409, 507].includes(status as number))).toEqual([])
      }
      expect(settled.book.problems).toEqual([])
      expect(server.child.exitCode).toBeNull()
      // Whoever only reads is answered all the while.
      const headers = { authorization: `Bearer ${settled.tokens.pm}` }
      const view = await fetch(`${(await server.ready)!}/api/views/engagements`, { headers })
      expect(view.status).toBe(200)

      const account = new Account(settled.book.asked)
      account.take(await eventsOf(data))
      expect(account.judge(false)).toEqual([])

      // The same commands again, under the same keys, once there is space.
      rmSync(filler)
      for (const asked of refused) expect([200, 201]).toContain(await send(asked))
    },
  )

  test('nothing is half done: every command is accounted for, and read models are what a rebuild makes of them', async () => {
    server.child.kill('SIGTERM')
    expect(await server.ended).toMatchObject({ code: 0 })
    const account = new Account(settled.book.asked)
    const examination = new Examination(processes, data, settled, async () =>
      account.take(await eventsOf(data, account.position)),
    )
    await examination.begin()
    await examination.end(account)
    expect(examination.problems).toEqual([])
    expect(account.judge(true)).toEqual([])
    expect(settled.book.of('acknowledged').length).toBeGreaterThan(50)
  })
})
