import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openFolder, restore } from './index.ts'
import type { DataFolder } from './index.ts'

let root: string
let folder: DataFolder
const at = (...names: string[]): string => join(root, ...names)
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rapport-backup-'))
  folder = await openFolder(at('data'))
  await folder.keys.secrets('acme', true)
})
afterEach(async () => {
  await folder.close()
  rmSync(root, { recursive: true, force: true })
})

const kid = (): string => `person/${randomUUID()}`
const event = (subjects: readonly string[] = []) => ({
  id: randomUUID(),
  type: 'Found',
  metadata: JSON.stringify({ tenant: 'acme', subjects }),
  data: '{}',
})
const stream = (): string => `quality.finding-acme~${randomUUID()}`
async function refused(code: string, dir = 'again'): Promise<void> {
  await expect(restore(at('events'), at('keys'), at(dir))).rejects.toMatchObject({ code })
  expect(existsSync(at(dir)) ? readdirSync(at(dir)) : []).toEqual([])
}

describe('backup and restore', () => {
  it('gives the events, Ops and keys back, counts the restore, and leaves documents to a rebuild', async () => {
    const [name, one, two] = [stream(), kid(), kid()]
    const key = await folder.keys.create('acme', one)
    const destruction = await folder.keys.destroy('acme', two, '2026-01-01T00:00:00.000Z')
    await folder.events.append(name, [event([one]), event([one, two])], 'none')
    await folder.ops.set('*', 'relay', { at: 2 }, 'none')
    await folder.documents.declare({ name: 'm', indexes: [] })
    const manifests = await folder.backup(at('events'), at('keys'))
    expect(manifests.events).toMatchObject({
      holds: 'events',
      store: folder.store.id,
      counts: { events: 2, streams: 1, tenants: 1, ops: 1 },
    })
    expect(await restore(at('events'), at('keys'), at('again'))).toEqual({ restores: 1 })
    expect(readdirSync(at('again')).sort()).toEqual(['events.db', 'keys.db'])
    const again = await openFolder(at('again'))
    expect(again.store).toEqual({ id: folder.store.id, restores: 1 })
    expect(await again.events.read(name)).toEqual(await folder.events.read(name))
    expect(await again.ops.get('*', 'relay')).toEqual(await folder.ops.get('*', 'relay'))
    expect([await again.keys.get('acme', one), await again.keys.get('acme', two)]).toEqual([
      key,
      { state: 'destroyed', destruction },
    ])
    expect(await again.documents.collections()).toEqual([])
    await again.checkSecrets()
    await again.close()
  })

  it('is one moment of the store although appends go on', async () => {
    const name = stream()
    let revision = (
      await folder.events.append(
        name,
        Array.from({ length: 1000 }, () => event()),
        'none',
      )
    ).revision
    const backing = folder.backup(at('events'), at('keys'))
    let done = false
    void backing.then(() => (done = true))
    while (!done) revision = (await folder.events.append(name, [event()], revision)).revision
    const { events } = await backing
    await restore(at('events'), at('keys'), at('again'))
    const again = await openFolder(at('again'))
    const stored = await again.events.read(name)
    expect(stored).toHaveLength(events.counts['events']!)
    expect(stored).toEqual((await folder.events.read(name)).slice(0, stored.length))
    await again.close()
  })

  it('makes private copies, and none of the bytes of a destroyed key', async () => {
    const one = kid()
    await folder.keys.create('acme', one)
    const wrapped = Buffer.from(
      folder.files.keys.raw.prepare('SELECT wrapped FROM keys').get()!['wrapped'] as Uint8Array,
    )
    await folder.keys.destroy('acme', one, '2026-01-01T00:00:00.000Z')
    await folder.backup(at('events'), at('keys'))
    expect(readFileSync(at('keys', 'keys.db')).includes(wrapped.subarray(12, 44))).toBe(false)
    for (const path of [at('events', 'events.db'), at('events', 'manifest.json'), at('keys', 'keys.db')])
      expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(at('keys')).sort()).toEqual(['keys.db', 'manifest.json'])
  })

  it('takes keys that are newer than the events', async () => {
    await folder.events.append(stream(), [event()], 'none')
    await folder.backup(at('events'), at('old'))
    await folder.keys.create('acme', kid())
    await folder.backup(at('new'), at('keys'))
    await expect(restore(at('events'), at('keys'), at('again'))).resolves.toEqual({ restores: 1 })
  })
})

describe('backup refuses', () => {
  it('a target that is not empty, and leaves it alone', async () => {
    mkdirSync(at('events'))
    writeFileSync(at('events', 'mine'), '')
    await expect(folder.backup(at('events'), at('keys'))).rejects.toMatchObject({ code: 'target-not-empty' })
    await expect(folder.backup(at('keys'), at('events'))).rejects.toMatchObject({ code: 'target-not-empty' })
    expect(readdirSync(at('events'))).toEqual(['mine'])
  })

  it('one folder for both', async () => {
    await expect(folder.backup(at('events'), at('events'))).rejects.toMatchObject({ code: 'same-target' })
  })

  it('folders within one another or within the data folder, and a file', async () => {
    for (const [events, keys] of [
      ['events', 'events/keys'],
      ['keys/events', 'keys'],
      ['data/events', 'keys'],
      ['events', 'data/keys'],
    ] as const)
      await expect(folder.backup(at(events), at(keys))).rejects.toMatchObject({ code: 'target-nested' })
    writeFileSync(at('file'), '')
    await expect(folder.backup(at('events'), at('file'))).rejects.toMatchObject({ code: 'target-not-a-folder' })
    for (const dir of ['x'.repeat(2_000), at('file/below')])
      await expect(folder.backup(dir, at('other'))).rejects.toMatchObject({ code: 'target-not-a-folder' })
    expect(readdirSync(root).sort()).toEqual(['data', 'events', 'file'])
  })
})

describe('restore refuses, and leaves nothing behind', () => {
  it('a backup that was cut short by kill -9', async () => {
    await folder.close()
    const child = spawn(
      process.execPath,
      [
        '--conditions=@rapport/source',
        '--input-type=module',
        '-e',
        `
      const { subscribe } = await import('node:diagnostics_channel')
      subscribe('rapport.crash.inside-backup', () => process.kill(process.pid, 'SIGKILL'))
      const { openFolder } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
      await (await openFolder(${JSON.stringify(at('data'))})).backup(${JSON.stringify(at('events'))}, ${JSON.stringify(at('keys'))})`,
      ],
      { stdio: 'inherit' },
    )
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(readdirSync(at('events'))).toEqual(['.partial'])
    await refused('backup-incomplete')
    folder = await openFolder(at('data'))
    await folder.backup(at('events'), at('keys'))
    await expect(restore(at('events'), at('keys'), at('again'))).resolves.toEqual({ restores: 1 })
  })

  it('a kid of an event that is neither there nor destroyed', async () => {
    const missing = kid()
    await folder.events.append(stream(), [event([missing])], 'none')
    await folder.backup(at('events'), at('keys'))
    await expect(restore(at('events'), at('keys'), at('again'))).rejects.toMatchObject({
      code: 'key-missing',
      detail: { tenant: 'acme', kid: missing },
    })
    await refused('key-missing')
  })

  it('bytes that changed since', async () => {
    await folder.events.append(stream(), [event()], 'none')
    await folder.backup(at('events'), at('keys'))
    const bytes = readFileSync(at('events', 'events.db'))
    bytes[bytes.length - 10]! ^= 1
    writeFileSync(at('events', 'events.db'), bytes)
    await refused('backup-damaged')
  })

  it('events for keys and keys for events', async () => {
    await folder.backup(at('events'), at('keys'))
    await expect(restore(at('keys'), at('events'), at('again'))).rejects.toMatchObject({ code: 'backup-mixed-up' })
  })

  it('keys of another store, also where no event names a key', async () => {
    await folder.events.append(stream(), [event()], 'none')
    await folder.backup(at('events'), at('own'))
    const other = await openFolder(at('other'))
    await other.keys.secrets('acme', true)
    await other.backup(at('elsewhere'), at('keys'))
    await other.close()
    await refused('backup-mixed-up')
  })

  it('a folder that is not empty', async () => {
    await folder.backup(at('events'), at('keys'))
    await expect(restore(at('events'), at('keys'), at('data'))).rejects.toMatchObject({ code: 'target-not-empty' })
  })
})
