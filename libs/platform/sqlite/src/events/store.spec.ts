import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { NewEvent, Page } from '@rapport/events'
import { openFolder } from '../index.ts'
import type { DataFolder } from '../index.ts'

let dir: string
let folder: DataFolder
const onFatal = jest.fn()
beforeEach(async () => {
  onFatal.mockClear()
  dir = mkdtempSync(join(tmpdir(), 'rapport-events-'))
  folder = await openFolder(dir, { onFatal })
})
afterEach(async () => {
  await folder.close()
  rmSync(dir, { recursive: true, force: true })
})

const stream = (): string => `quality.finding-acme~${randomUUID()}`
const event = (data = '{}'): NewEvent => ({ id: randomUUID(), type: 'Found', metadata: '{}', data })
const codes = (all: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  all.map((one) => (one.status === 'fulfilled' ? 'stored' : (one.reason as { code: string }).code))
async function during<T>(point: string, what: () => void, work: () => Promise<T>): Promise<T> {
  subscribe(point, what)
  try {
    return await work()
  } finally {
    unsubscribe(point, what)
  }
}
const following = (from: string): AsyncIterator<Page> => {
  const pages = folder.events.follow({ from, prefixes: [], signal: new AbortController().signal })
  return pages[Symbol.asyncIterator]()
}
const raw = (sql: string): void => folder.files.events.raw.exec(sql)

describe('group commit', () => {
  it('stores every append and Ops change of one turn in one transaction', async () => {
    const commits = jest.fn()
    await during('rapport.crash.after-commit', commits, () =>
      Promise.all([
        ...Array.from({ length: 50 }, () => folder.events.append(stream(), [event()], 'none')),
        folder.ops.set('acme', 'relay', { at: 1 }, 'none'),
      ]),
    )
    expect(commits).toHaveBeenCalledTimes(1)
  })

  it('opens no transaction for a group that only conflicts and repeats', async () => {
    const [name, first] = [stream(), event()]
    const stored = await folder.events.append(name, [first], 'none')
    const commits = jest.fn()
    const answers = await during('rapport.crash.after-commit', commits, () =>
      Promise.allSettled([folder.events.append(name, [first], 'none'), folder.events.append(name, [event()], 'none')]),
    )
    expect(answers).toMatchObject([{ value: stored }, { reason: { code: 'conflict', actual: 0 } }])
    expect(commits).not.toHaveBeenCalled()
  })

  it('divides what would hold up the event loop', async () => {
    const commits = jest.fn()
    const batch = (): NewEvent[] => Array.from({ length: 1000 }, () => event())
    await during('rapport.crash.after-commit', commits, () =>
      Promise.all(Array.from({ length: 12 }, () => folder.events.append(stream(), batch(), 'none'))),
    )
    expect(commits).toHaveBeenCalledTimes(3)
  })

  it('writes what waits before it closes', async () => {
    const name = stream()
    const waiting = folder.events.append(name, [event()], 'none')
    await folder.events.close()
    await expect(waiting).resolves.toMatchObject({ revision: 0 })
    await expect(folder.events.append(name, [event()], 0)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('knows heads that left the memory', async () => {
    const { SqliteEventStore } = await import('./store.ts')
    const { Writer } = await import('../writer.ts')
    const store = new SqliteEventStore(folder.files.events, {
      now: Date.now,
      heads: 2,
      writer: new Writer(folder.files.events),
    })
    const names = Array.from({ length: 10 }, stream)
    for (const expected of ['none', 0, 1] as const)
      for (const name of names) await store.append(name, [event()], expected)
    await expect(store.append(names[0]!, [event()], 1)).rejects.toMatchObject({ code: 'conflict', actual: 2 })
  })
})

describe('a full disk', () => {
  it('is StorageFull for the whole group, with nothing stored, and the store goes on', async () => {
    await folder.events.append(stream(), [event()], 'none')
    const [name, small] = [stream(), stream()]
    raw('PRAGMA max_page_count = 60')
    const answers = await Promise.allSettled([
      folder.events.append(small, [event()], 'none'),
      folder.events.append(
        name,
        Array.from({ length: 10 }, () => event(JSON.stringify('x'.repeat(100_000)))),
        'none',
      ),
      folder.ops.set('acme', 'relay', 1, 'none'),
    ])
    expect(codes(answers)).toEqual(['storage-full', 'storage-full', 'storage-full'])
    expect([await folder.events.read(small), await folder.ops.get('acme', 'relay')]).toEqual([[], undefined])
    raw('PRAGMA max_page_count = 1000000')
    await expect(folder.events.append(small, [event()], 'none')).resolves.toMatchObject({
      revision: 0,
      position: '00000000000000000002',
    })
    expect(onFatal).not.toHaveBeenCalled()
  })
})

describe('an outcome that nobody knows', () => {
  // A row without a stream that is checked only at COMMIT makes COMMIT itself fail.
  const breakCommit = (): void =>
    raw(`PRAGMA defer_foreign_keys = ON; INSERT INTO events VALUES (99, 99, 99, 0, '', '', '', '', '')`)

  it('is told to the whole group, the process is asked to end, and nothing is accepted any more', async () => {
    const name = stream()
    const later: Promise<unknown>[] = []
    const answers = await during(
      'rapport.crash.inside-group',
      () => {
        breakCommit()
        later.push(folder.events.append(stream(), [event()], 'none'))
      },
      () =>
        Promise.allSettled([folder.events.append(name, [event()], 'none'), folder.ops.set('acme', 'relay', 1, 'none')]),
    )
    expect(codes(answers)).toEqual(['outcome-unknown', 'outcome-unknown'])
    expect(codes(await Promise.allSettled(later))).toEqual(['unavailable'])
    expect(onFatal).toHaveBeenCalledTimes(1)
    for (const call of [
      () => folder.events.append(name, [event()], 'none'),
      () => folder.events.read(name),
      () => folder.events.head([]),
      () => folder.ops.get('acme', 'relay'),
      () => folder.ops.set('acme', 'relay', 1, 'none'),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('wakes followers, who fail', async () => {
    const follower = following('')
    await follower.next()
    const waiting = follower.next()
    await during('rapport.crash.inside-group', breakCommit, () =>
      Promise.allSettled([folder.events.append(stream(), [event()], 'none')]),
    )
    await expect(waiting.then(() => follower.next())).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('follows from an error of the disk, and ends a process that set no onFatal', () => {
    const child = spawnSync(
      'sh',
      [
        '-c',
        `ulimit -f 400; exec "$0" --conditions=@rapport/source --input-type=module -e "$1"`,
        process.execPath,
        `
      const { openFolder } = await import(${JSON.stringify(new URL('../index.ts', import.meta.url).href)})
      const folder = await openFolder(${JSON.stringify(join(dir, 'limited'))})
      process.on('exit', () => console.log('stored', stored))
      let stored = 0
      for (;;) {
        await folder.events.append('quality.finding-acme~' + crypto.randomUUID(), [{ id: crypto.randomUUID(), type: 'Found', metadata: '{}', data: JSON.stringify('x'.repeat(9000)) }], 'none')
          .catch(async error => { console.log(error.code); await new Promise(() => setTimeout(() => {}, 1e6)) })
        stored++
      }`,
      ],
      { encoding: 'utf8' },
    )
    expect(child.stdout).toMatch(/^outcome-unknown\nstored \d+\n$/)
    expect(child.stderr).toContain('OutcomeUnknown')
    expect(child.status).not.toBe(0)
  })
})
