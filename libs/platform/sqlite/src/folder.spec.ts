import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openFolder } from './index.ts'

let dir: string
const children: ChildProcess[] = []
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'rapport-folder-')), 'data')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(join(dir, '..'), { recursive: true, force: true })
})

/** Another process that holds the folder. */
async function holder(url?: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@rapport/source',
      '--input-type=module',
      '-e',
      `
    const { openFolder } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    const folder = await openFolder(${JSON.stringify(dir)})
    ${url === undefined ? '' : `folder.announce({ url: ${JSON.stringify(url)} })`}
    console.log('held')
    setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  children.push(child)
  await once(child.stdout!, 'data')
  return child
}
/** Takes away that a folder can be written: by a mount for root, whom no mode stops. */
function readOnly(path: string): { readonly open: () => void; readonly reason?: string } {
  if (process.getuid?.() !== 0) {
    chmodSync(path, 0o500)
    return { open: () => chmodSync(path, 0o700) }
  }
  const mounts = [
    ['--bind', path, path],
    ['-o', 'remount,ro,bind', path],
  ].map((args) => spawnSync('mount', args))
  const open = () => void spawnSync('umount', [path])
  if (mounts.every(({ status }) => status === 0)) return { open }
  const failed = mounts.find(({ status }) => status !== 0)!
  return { open, reason: `nothing can be mounted here: ${String(failed.error?.message ?? failed.stderr).trim()}` }
}
const event = () => ({ id: randomUUID(), type: 'Found', metadata: '{}', data: '{}' })

describe('one writer per folder', () => {
  it('a held folder is refused, naming the process and its address', async () => {
    const child = await holder('http://127.0.0.1:4711')
    await expect(openFolder(dir)).rejects.toMatchObject({
      code: 'folder-in-use',
      detail: { dir, holder: { pid: child.pid, url: 'http://127.0.0.1:4711' } },
    })
  })

  it('kill -9 frees it, and what the dead process said of itself is not repeated', async () => {
    const child = await holder('http://127.0.0.1:4711')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const folder = await openFolder(dir)
    await expect(openFolder(dir)).rejects.toMatchObject({
      code: 'folder-in-use',
      detail: { holder: { pid: process.pid } },
    })
    expect(readFileSync(join(dir, 'running.json'), 'utf8')).not.toContain('4711')
    await folder.close()
  })

  it('close frees it and takes the announcement away', async () => {
    const folder = await openFolder(dir)
    folder.announce({ url: 'http://127.0.0.1:1' })
    await folder.close()
    expect(existsSync(join(dir, 'running.json'))).toBe(false)
    await (await openFolder(dir)).close()
  })

  const probe = mkdtempSync(join(tmpdir(), 'rapport-read-only-'))
  const shut = readOnly(probe)
  shut.open()
  rmSync(probe, { recursive: true })
  const title = 'a folder that cannot be written is refused with what helps, and left as it was'
  ;(shut.reason === undefined ? it : it.skip)(
    shut.reason === undefined ? title : `${title} (skipped: ${shut.reason})`,
    async () => {
      await (await openFolder(dir)).close()
      const before = readdirSync(dir)
      const { open } = readOnly(dir)
      try {
        await expect(openFolder(dir)).rejects.toMatchObject({ code: 'folder-not-writable', detail: { dir } })
      } finally {
        open()
      }
      expect(readdirSync(dir)).toEqual(before)
      await (await openFolder(dir)).close()
    },
  )

  it('a reader needs no lock and sees what the writer committed since', async () => {
    const folder = await openFolder(dir)
    const reader = await openFolder(dir, { readonly: true })
    const stream = `quality.finding-acme~${randomUUID()}`
    await folder.events.append(stream, [event()], 'none')
    await folder.documents.declare({ name: 'm', indexes: [] })
    expect(await reader.events.read(stream)).toHaveLength(1)
    expect(await reader.events.head([])).toBe(await folder.events.head([]))
    expect(await reader.documents.collections()).toEqual(['m'])
    await expect(reader.events.append(stream, [event()], 0)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(reader.ops.set('*', 'a', 1, 'none')).rejects.toMatchObject({ code: 'unavailable' })
    await reader.close()
    await folder.close()
  })

  it('a reader finds no folder where there is none, and makes none', async () => {
    await expect(openFolder(dir, { readonly: true })).rejects.toMatchObject({ code: 'folder-missing' })
    expect(existsSync(dir)).toBe(false)
  })
})

describe('start', () => {
  it('is refused when a tenant has events but no secrets', async () => {
    const folder = await openFolder(dir)
    await folder.events.append(`quality.finding-acme~${randomUUID()}`, [event()], 'none')
    await expect(folder.checkSecrets()).rejects.toMatchObject({
      code: 'secrets-missing',
      detail: { tenants: ['acme'] },
    })
    await folder.keys.secrets('acme', true)
    await expect(folder.checkSecrets()).resolves.toBeUndefined()
    await folder.close()
  })

  it('is refused on a folder whose restore was cut short', async () => {
    mkdirSync(join(dir, '.partial'), { recursive: true })
    await expect(openFolder(dir)).rejects.toMatchObject({ code: 'restore-incomplete' })
  })

  it('is refused when the events are gone and keys or documents are not', async () => {
    const folder = await openFolder(dir)
    await folder.keys.secrets('acme', true)
    await folder.close()
    for (const name of ['events.db', 'events.db-wal', 'events.db-shm']) rmSync(join(dir, name), { force: true })
    await expect(openFolder(dir)).rejects.toMatchObject({ code: 'events-missing', detail: { beside: ['keys.db'] } })
    expect(existsSync(join(dir, 'events.db'))).toBe(false)
    writeFileSync(join(dir, 'events.db'), '')
    await expect(openFolder(dir)).rejects.toMatchObject({ code: 'events-missing' })
    await expect(openFolder(dir, { readonly: true })).rejects.toMatchObject({ code: 'events-missing' })
  })

  it('names a file that is damaged, and what to do', async () => {
    await (await openFolder(dir)).close()
    for (const [file, words] of [
      ['documents.db', 'Delete it'],
      ['keys.db', 'backup'],
    ] as const) {
      writeFileSync(join(dir, file), 'no database at all, '.repeat(500))
      await expect(openFolder(dir)).rejects.toMatchObject({
        code: 'file-damaged',
        message: expect.stringContaining(words),
        detail: { file },
      })
      rmSync(join(dir, file))
    }
  })

  it('makes the documents anew when only they are gone', async () => {
    const folder = await openFolder(dir)
    await folder.keys.secrets('acme', true)
    await folder.close()
    rmSync(join(dir, 'documents.db'))
    await (await openFolder(dir)).close()
  })

  it('keeps the random id of the store', async () => {
    const first = await openFolder(dir)
    await first.close()
    const again = await openFolder(dir)
    expect(again.store).toEqual({ id: first.store.id, restores: 0 })
    expect(first.store.id).toMatch(/^[0-9a-f]{32}$/)
    await again.close()
  })
})

describe('a folder that stood before', () => {
  const mode = (path: string): number => statSync(path).mode & 0o777

  it('is refused when it holds other files, and left as it is', async () => {
    mkdirSync(dir, { mode: 0o755 })
    writeFileSync(join(dir, 'letter.txt'), 'Dear')
    await expect(openFolder(dir)).rejects.toMatchObject({ code: 'not-a-data-folder' })
    expect({ mode: mode(dir), names: readdirSync(dir) }).toEqual({ mode: 0o755, names: ['letter.txt'] })
    await expect(openFolder(join(dir, 'letter.txt'))).rejects.toMatchObject({ code: 'not-a-data-folder' })
    await expect(openFolder('')).rejects.toMatchObject({ code: 'not-a-data-folder' })
  })

  it('is taken when it is empty, and again when it is ours beside other files', async () => {
    mkdirSync(dir, { mode: 0o755 })
    await (await openFolder(dir)).close()
    expect(mode(dir)).toBe(0o700)
    writeFileSync(join(dir, 'notes.txt'), '')
    await (await openFolder(dir)).close()
  })
})
