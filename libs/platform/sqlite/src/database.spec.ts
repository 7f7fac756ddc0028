import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Database } from './database.ts'
import { openFolder } from './index.ts'
import type { DataFolder } from './index.ts'

let dir: string
let folder: DataFolder | undefined
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-database-'))
})
afterEach(async () => {
  await folder?.close()
  folder = undefined
  rmSync(dir, { recursive: true, force: true })
})

const pragma = (file: Database, name: string): unknown => Object.values(file.raw.prepare(`PRAGMA ${name}`).get()!)[0]

describe('every connection', () => {
  it.each([false, true])('has the PRAGMAs that durability rests on (readonly: %s)', async (readonly) => {
    folder = await openFolder(dir)
    if (readonly) {
      await folder.close()
      folder = await openFolder(dir, { readonly })
    }
    const { events, documents, keys } = folder.files
    expect([pragma(events, 'journal_mode'), pragma(events, 'synchronous'), pragma(events, 'foreign_keys')]).toEqual([
      'wal',
      2,
      1,
    ])
    expect([pragma(documents, 'journal_mode'), pragma(documents, 'synchronous')]).toEqual(['wal', 1])
    expect([pragma(keys, 'journal_mode'), pragma(keys, 'synchronous'), pragma(keys, 'secure_delete')]).toEqual([
      'truncate',
      2,
      1,
    ])
  })

  it('is refused when a PRAGMA does not take', () => {
    const open = (): Database => new Database({ path: join(dir, 'x.db'), pragmas: { page_size: 1000 }, migrations: [] })
    expect(open).toThrow('page_size is 4096, not 1000')
  })

  it('makes private files in a private folder', async () => {
    folder = await openFolder(join(dir, 'data'))
    expect(statSync(folder.dir).mode & 0o777).toBe(0o700)
    for (const name of [
      'events.db',
      'events.db-wal',
      'documents.db',
      'keys.db',
      'keys.db-journal',
      'lock.db',
      'running.json',
    ]) {
      if (name === 'keys.db-journal') await folder.keys.secrets('acme', true)
      expect([name, statSync(join(folder.dir, name)).mode & 0o777]).toEqual([name, 0o600])
    }
  })
})

describe('user_version', () => {
  const opening = (migrations: readonly string[]) => ({ path: join(dir, 'x.db'), pragmas: {}, migrations })

  it('goes forward by one migration at a time and keeps what stands', () => {
    const first = new Database(opening(['CREATE TABLE t (a TEXT)']))
    first.raw.exec(`INSERT INTO t VALUES ('kept')`)
    first.close()
    const second = new Database(opening(['CREATE TABLE t (a TEXT)', `ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'new'`]))
    expect({ ...second.raw.prepare('SELECT a, b FROM t').get() }).toEqual({ a: 'kept', b: 'new' })
    expect(pragma(second, 'user_version')).toBe(2)
    second.close()
  })

  it('stays where it was when a migration fails', () => {
    expect(() => new Database(opening(['CREATE TABLE t (a TEXT); NONSENSE']))).toThrow()
    const again = new Database(opening([]))
    expect(pragma(again, 'user_version')).toBe(0)
    again.close()
  })

  it.each(['events.db', 'documents.db', 'keys.db'])(
    'a %s of a newer release is refused and left as it is',
    async (name) => {
      await (await openFolder(dir)).close()
      const file = new DatabaseSync(join(dir, name))
      file.exec('PRAGMA user_version = 99')
      file.close()
      await expect(openFolder(dir)).rejects.toMatchObject({ code: 'newer-file', detail: { found: 99 } })
      await expect(openFolder(dir)).rejects.toMatchObject({ code: 'newer-file' })
    },
  )
})
