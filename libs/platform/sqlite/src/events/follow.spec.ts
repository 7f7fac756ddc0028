import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { NewEvent, Page } from '@rapport/events'
import { openFolder } from '../index.ts'
import type { DataFolder } from '../index.ts'

let dir: string
let folder: DataFolder
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-follow-'))
  folder = await openFolder(dir)
})
afterEach(async () => {
  await folder.close()
  rmSync(dir, { recursive: true, force: true })
})

const stream = (): string => `quality.finding-acme~${randomUUID()}`
const event = (data = '{}'): NewEvent => ({ id: randomUUID(), type: 'Found', metadata: '{}', data })
const following = (from: string): AsyncIterator<Page> => {
  const pages = folder.events.follow({ from, prefixes: [], signal: new AbortController().signal })
  return pages[Symbol.asyncIterator]()
}

describe('follow', () => {
  it('holds no read transaction between pages: the log can be emptied while it waits', async () => {
    for (let i = 0; i < 3; i++)
      await folder.events.append(
        stream(),
        Array.from({ length: 400 }, () => event()),
        'none',
      )
    const follower = following('')
    await follower.next()
    expect({ ...folder.files.events.raw.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() }).toMatchObject({
      busy: 0,
      log: 0,
    })
    await follower.return?.()
  })

  it('keeps a page small where events are large', async () => {
    await folder.events.append(
      stream(),
      Array.from({ length: 60 }, () => event(JSON.stringify('x'.repeat(400_000)))),
      'none',
    )
    const stop = new AbortController()
    const sizes: number[] = []
    for await (const page of folder.events.follow({ from: '', prefixes: [], signal: stop.signal })) {
      sizes.push(page.events.length)
      if (page.caughtUp) stop.abort()
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(21)
    expect(sizes.reduce((a, b) => a + b)).toBe(60)
  })

  it('lets other work run between the pages of a long catch-up', async () => {
    for (let i = 0; i < 3; i++)
      await folder.events.append(
        stream(),
        Array.from({ length: 1000 }, () => event()),
        'none',
      )
    const stop = new AbortController()
    let appended = false
    let before = 0
    for await (const page of folder.events.follow({ from: '', prefixes: [], signal: stop.signal })) {
      if (before++ === 0) void folder.events.append(stream(), [event()], 'none').then(() => (appended = true))
      if (before === 5) stop.abort()
      expect(page.events.length).toBeGreaterThan(0)
    }
    expect(appended).toBe(true)
  })

  it.each([['quality.'], ['quality.', 'issues.']])(
    'passes over the events of others on the way to those of %s',
    async (...prefixes) => {
      await folder.events.append(stream(), [event()], 'none')
      for (let i = 0; i < 5; i++)
        await folder.events.append(
          `requirements.requirement-acme~${randomUUID()}`,
          Array.from({ length: 1000 }, () => event()),
          'none',
        )
      await folder.events.append(`issues.issue-acme~${randomUUID()}`, [event()], 'none')
      const stop = new AbortController()
      for await (const page of folder.events.follow({ from: '', prefixes, signal: stop.signal })) {
        expect(page).toMatchObject({ caughtUp: true, position: '00000000000000005002' })
        expect(page.events).toHaveLength(prefixes.length)
        stop.abort()
      }
    },
  )

  it('gives to followers of some contexts exactly what a filter would, wherever they begin', async () => {
    const contexts = ['quality', 'issues', 'surveys']
    for (let i = 0; i < 400; i++) {
      const context = contexts[i % 97 === 0 ? 0 : i % 31 === 0 ? 1 : 2]!
      const batch = Array.from({ length: (i * 7) % 11 || 1 }, () =>
        event(i % 50 === 0 ? JSON.stringify('x'.repeat(20_000)) : '{}'),
      )
      await folder.events.append(`${context}.thing-acme~${randomUUID()}`, batch, 'none')
    }
    const read = async (from: string, prefixes: string[]): Promise<string[]> => {
      const stop = new AbortController()
      const found: string[] = []
      for await (const page of folder.events.follow({ from, prefixes, signal: stop.signal })) {
        found.push(...page.events.map(({ position }) => position))
        if (page.caughtUp) stop.abort()
      }
      return found
    }
    const all = new Map<string, string[]>()
    for (const context of contexts) all.set(context, await read('', [`${context}.`]))
    const everything = await read('', [])
    expect([...all.values()].flat().sort()).toEqual(everything)
    for (const some of [['quality'], ['quality', 'issues'], ['issues', 'surveys']]) {
      const wanted = some.flatMap((context) => all.get(context)!).sort()
      const prefixes = some.map((context) => `${context}.`)
      for (const from of [
        '',
        everything[126]!,
        everything[127]!,
        everything[128]!,
        everything[700]!,
        everything.at(-1)!,
      ]) {
        expect(await read(from, prefixes)).toEqual(wanted.filter((position) => position > from))
      }
      expect(await folder.events.head(prefixes)).toBe(wanted.at(-1))
    }
  })

  it('is refused with a position of another kind of store', async () => {
    const follower = following('12')
    await expect(follower.next()).rejects.toMatchObject({ code: 'corrupt' })
  })
})
