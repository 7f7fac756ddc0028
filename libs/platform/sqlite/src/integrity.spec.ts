import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openFolder } from './index.ts'
import type { DataFolder } from './index.ts'

let dir: string
let folder: DataFolder
const stream = `quality.finding-acme~${randomUUID()}`
const event = () => ({ id: randomUUID(), type: 'Found', metadata: '{}', data: '{}' })
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-integrity-'))
  folder = await openFolder(dir)
  await folder.events.append(stream, [event(), event(), event(), event()], 'none')
  await folder.events.append(`issues.issue-acme~${randomUUID()}`, [event()], 'none')
  await folder.documents.declare({
    name: 'm',
    indexes: [
      [
        { field: 'n', type: 'number' },
        { field: 's', type: 'string' },
      ],
    ],
  })
  await folder.documents.put('acme', 'm', '1', { n: 1 }, '1', 'none')
  await folder.documents.put('acme', 'm', '2', 'deleted', '1', 'none')
  await folder.keys.secrets('acme', true)
  await folder.keys.create('acme', `person/${randomUUID()}`)
})
afterEach(async () => {
  await folder.close()
  rmSync(dir, { recursive: true, force: true })
})
const codes = async (): Promise<string[]> => [...new Set((await folder.integrity()).map(({ code }) => code))]

describe('integrity', () => {
  it('finds nothing in a sound folder', async () => {
    expect(await folder.integrity()).toEqual([])
  })

  it.each([
    ['a lost event', 'DELETE FROM events WHERE seq = 2', ['position-gap', 'revision-gap']],
    ['a lost first event', 'DELETE FROM events WHERE seq = 1', ['position-gap', 'revision-gap']],
    [
      'exchanged revisions',
      'UPDATE events SET revision = -1 WHERE seq = 1; UPDATE events SET revision = 0 WHERE seq = 2; UPDATE events SET revision = 1 WHERE seq = 1',
      ['revision-order'],
    ],
    ['a time that falls', `UPDATE events SET recorded = '2000-01-01T00:00:00.000Z' WHERE seq = 3`, ['time-order']],
    ['an event under another context', 'UPDATE events SET context = 2 WHERE seq = 1', ['context-wrong']],
    ['an event that no block names', 'DELETE FROM context_blocks WHERE context = 2', ['block-missing']],
    ['a broken text', `UPDATE events SET data = '{' WHERE seq = 1`, ['text-unreadable']],
    ['a stream without events', `INSERT INTO streams VALUES (77, 'quality.finding-acme~x')`, ['stream-empty']],
    ['a stream that is gone', 'PRAGMA foreign_keys = OFF; DELETE FROM streams WHERE id = 2', ['reference-broken']],
  ])('finds %s', async (_, sql, expected) => {
    folder.files.events.raw.exec(sql)
    expect(await codes()).toEqual(expected)
  })

  it.each([
    ['a broken document', `UPDATE d1 SET body = '{' WHERE id = '1'`, ['document-unreadable']],
    ['an index that says something else', `UPDATE d1 SET f0 = 2 WHERE id = '1'`, ['document-index']],
    ['a document that no find gives', `UPDATE d1 SET live = 0 WHERE id = '1'`, ['document-index']],
  ])('finds %s', async (_, sql, expected) => {
    folder.files.documents.raw.exec(sql)
    expect(await folder.integrity()).toMatchObject([{ code: expected[0], where: 'm acme 1' }])
  })

  it('finds a key that does not open', async () => {
    folder.files.keys.raw.exec('UPDATE keys SET wrapped = zeroblob(60)')
    expect(await codes()).toEqual(['key-unreadable'])
  })

  it('finds a damaged file, and still looks at the others', async () => {
    await folder.close()
    const bytes = readFileSync(join(dir, 'documents.db'))
    bytes.fill(0xff, 4096, 4096 + 200)
    writeFileSync(join(dir, 'documents.db'), bytes)
    folder = await openFolder(dir)
    folder.files.events.raw.exec(`UPDATE events SET data = '{' WHERE seq = 1`)
    expect(await codes()).toEqual(['text-unreadable', 'file-damaged'])
  })
})
