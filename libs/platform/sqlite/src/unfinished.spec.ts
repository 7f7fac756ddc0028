import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { HOUSE } from '@rapport/events'
import { openFolder, openUnfinished } from './index.ts'

let dir: string
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'rapport-unfinished-')), 'data')
})
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }))

const identity = { id: 'a'.repeat(32), restores: 3 }
const event = { id: randomUUID(), type: 'Happened', metadata: '{}', data: '{}', recordedAt: '2021-03-04T05:06:07.890Z' }
const stream = `suite.thing-t01~${randomUUID()}`

/** Opens it, puts an event and a key in, and lets go. */
async function begun(): Promise<void> {
  const { folder, close } = await openUnfinished(dir)
  await folder.events.append(stream, [event], 'none')
  await folder.keys.secrets('t01', true)
  await folder.ops.set(HOUSE, 'move', 'begun', 'none')
  await close()
}
const finished = async (): Promise<void> => (await openUnfinished(dir)).finish(identity)

describe('a folder that is being filled', () => {
  it('is no data folder before it is finished, and is gone on with', async () => {
    await begun()
    await expect(openFolder(dir)).rejects.toMatchObject({ code: 'restore-incomplete' })
    expect(readdirSync(dir)).toEqual(['.partial'])
    await finished()
    const folder = await openFolder(dir)
    expect(folder.store).toEqual(identity)
    expect(await folder.events.read(stream)).toMatchObject([{ id: event.id, recordedAt: event.recordedAt }])
    expect((await folder.ops.get(HOUSE, 'move'))?.value).toBe('begun')
    expect(await folder.keys.secrets('t01', false)).toBeDefined()
    expect(await folder.integrity()).toEqual([])
    await folder.close()
    for (const file of ['events.db', 'keys.db']) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600)
    expect(existsSync(join(dir, '.partial'))).toBe(false)
  })

  it('is gone on with when it was killed between its keys and its events', async () => {
    await begun()
    renameSync(join(dir, '.partial/keys.db'), join(dir, 'keys.db'))
    await expect(openFolder(dir)).rejects.toMatchObject({ code: 'restore-incomplete' })
    await finished()
    const folder = await openFolder(dir)
    expect([await folder.keys.tenants(), (await folder.events.read(stream)).length]).toEqual([['t01'], 1])
    await folder.close()
  })

  it('is complete when it was killed behind its events', async () => {
    await begun()
    await finished()
    mkdirSync(join(dir, '.partial'))
    await (await openFolder(dir)).close()
    await expect(openUnfinished(dir)).rejects.toMatchObject({ code: 'target-not-empty' })
  })

  it('is held by one process at a time', async () => {
    const { close } = await openUnfinished(dir)
    await expect(openUnfinished(dir)).rejects.toMatchObject({ code: 'folder-in-use' })
    await close()
  })

  it('begins anew where a restore of a backup was cut short', async () => {
    mkdirSync(join(dir, '.partial'), { recursive: true })
    writeFileSync(join(dir, '.partial/events.db'), 'half a copy')
    const { folder, close } = await openUnfinished(dir)
    expect(await folder.events.head([])).toBe('')
    await close()
  })

  it('must be empty or not exist, and be a folder', async () => {
    mkdirSync(dir)
    writeFileSync(join(dir, 'mine.txt'), 'mine')
    await expect(openUnfinished(dir)).rejects.toMatchObject({ code: 'target-not-empty' })
    await expect(openUnfinished(join(dir, 'mine.txt'))).rejects.toMatchObject({ code: 'target-not-a-folder' })
    expect(readdirSync(dir)).toEqual(['mine.txt'])
    rmSync(join(dir, 'mine.txt'))
    await (await openFolder(dir)).close()
    await expect(openUnfinished(dir)).rejects.toMatchObject({ code: 'target-not-empty' })
  })
})
