import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openFolder } from '../index.ts'
import type { DataFolder } from '../index.ts'
import { selects } from './find.ts'
import { Table } from './table.ts'

let dir: string
let folder: DataFolder
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rapport-documents-'))
  folder = await openFolder(dir)
  await folder.documents.declare({ name: 'register', indexes })
})
afterEach(async () => {
  await folder.close()
  rmSync(dir, { recursive: true, force: true })
})

const indexes = [
  [
    { field: 'engagement', type: 'string' },
    { field: 'due', type: 'number' },
  ],
  [{ field: 'due', type: 'number' }],
] as const
const plan = (sql: string, count: number): string =>
  folder.files.documents.raw
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...Array<number>(count).fill(1))
    .map((row) => String(row['detail']))
    .join('; ')

describe('find', () => {
  const table = new Table(1, indexes)
  it.each([
    [
      'equality and sort',
      { where: [{ field: 'engagement', eq: 'e' }], sort: { field: 'due', direction: 'asc' } },
      'd1_0 (tenant=? AND f0=?)',
    ],
    [
      'a cursor',
      {
        where: [{ field: 'engagement', eq: 'e' }],
        sort: { field: 'due', direction: 'desc' },
        after: { key: 3, id: 'a' },
      },
      'd1_0 (tenant=? AND f0=? AND (f1,id)<(?,?))',
    ],
    [
      'a cursor behind an absent key',
      { sort: { field: 'due', direction: 'asc' }, after: { id: 'a' } },
      'd1_1 (tenant=? AND f1=? AND id>?)',
    ],
    [
      'a range',
      { where: [{ field: 'due', gte: 1, lt: 9 }], sort: { field: 'due', direction: 'desc' } },
      'd1_1 (tenant=? AND f1>? AND f1<?)',
    ],
    ['ids', { after: { id: 'a' } }, '(tenant=? AND id>?)'],
  ] as const)('answers %s from an index, without sorting', (_, query, expected) => {
    for (const { sql, values } of selects(table, 'acme', { ...query, limit: 50 })) {
      expect(plan(sql, values.length + 1)).not.toContain('B-TREE')
    }
    const [first] = selects(table, 'acme', { ...query, limit: 50 })
    expect(plan(first!.sql, first!.values.length + 1)).toContain(expected)
  })

  it('looks up a changed document by tenant and id', () => {
    expect(plan(table.updateBody, 7)).toContain('(tenant=? AND id=?)')
    expect(plan(table.update, 8)).toContain('(tenant=? AND id=?)')
  })
})

describe('indexes that come later', () => {
  const made = (): unknown[] =>
    folder.files.documents.raw
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'd2' AND sql IS NOT NULL ORDER BY name",
      )
      .all()
      .map((row) => row['name'])

  it('are made when they are asked for, those that are missing, also after a restart', async () => {
    await folder.documents.declare({ name: 'filled', indexes }, 'later')
    await folder.documents.put('acme', 'filled', '1', { due: 1 }, '1', 'none')
    expect(made()).toEqual([])
    await folder.close()
    folder = await openFolder(dir)
    await folder.documents.declare({ name: 'filled', indexes }, 'later')
    expect(made()).toEqual([])
    await folder.documents.index('filled')
    expect(made()).toEqual(['d2_0', 'd2_1'])
    folder.files.documents.raw.exec('DROP INDEX d2_0')
    await folder.documents.index('filled')
    expect(made()).toEqual(['d2_0', 'd2_1'])
  })

  it('are not made by who only reads, nor for a collection that goes meanwhile', async () => {
    await folder.documents.declare({ name: 'filled', indexes }, 'later')
    const reading = await openFolder(dir, { readonly: true })
    await expect(reading.documents.index('filled')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(reading.documents.index('register')).resolves.toBeUndefined()
    await reading.close()
    const making = folder.documents.index('filled')
    await folder.documents.drop('filled')
    await expect(making).rejects.toMatchObject({ code: 'invalid-query' })
  })
})

describe('checkpoint and effect', () => {
  it('go together: what dies between them leaves neither', async () => {
    // An error of a subscriber does not reach the publisher; a statement that fails does.
    const breakNext = (): void => folder.files.documents.raw.exec('ALTER TABLE checkpoints RENAME TO hidden')
    subscribe('rapport.crash.between-document-and-checkpoint', breakNext)
    try {
      await expect(
        folder.documents.write(
          [{ tenant: 'acme', collection: 'register', id: '1', doc: {}, position: '1', expected: 'none' }],
          { name: 'register', value: {}, expected: 'none' },
        ),
      ).rejects.toThrow()
    } finally {
      unsubscribe('rapport.crash.between-document-and-checkpoint', breakNext)
    }
    expect(await folder.documents.get('acme', 'register', '1')).toBeUndefined()
    expect(await folder.documents.checkpoint('register')).toBeUndefined()
  })
})

describe('writes of one turn', () => {
  const write = (id: string, expected: 'none' | string, title = 'new') =>
    folder.documents.write([{ tenant: 'acme', collection: 'register', id, doc: { title }, position: '2', expected }], {
      name: id,
      value: {},
      expected: 'none',
    })

  it('are one transaction, of which who lost leaves nothing and the others stand', async () => {
    await folder.documents.put('acme', 'register', 'b', { title: 'old' }, '1', 'none')
    const [a, b, c] = await Promise.all([write('a', 'none'), write('b', 'none'), write('c', 'none')])
    expect([a.puts, b.puts, c.puts]).toEqual([['written'], ['lost'], ['written']])
    expect(b.checkpoint).toBe('lost')
    const held = await folder.documents.getMany('acme', 'register', ['a', 'b', 'c'])
    expect(held.map((each) => each?.doc)).toEqual([{ title: 'new' }, { title: 'old' }, { title: 'new' }])
    expect(await folder.documents.checkpoint('b')).toBeUndefined()
  })

  it('fail together where one cannot be stored, and nothing of them stands', async () => {
    folder.files.documents.raw.exec('PRAGMA max_page_count = 20')
    const both = await Promise.allSettled([write('a', 'none'), write('b', 'none', 'x'.repeat(500_000))])
    expect(both.map((each) => each.status === 'rejected' && (each.reason as { code: string }).code)).toEqual([
      'storage-full',
      'storage-full',
    ])
    expect(await folder.documents.get('acme', 'register', 'a')).toBeUndefined()
    expect(await folder.documents.checkpoint('a')).toBeUndefined()
  })

  it('stand when the collection beside is dropped, or the file is closed, before their turn', async () => {
    await folder.documents.declare({ name: 'beside', indexes: [] })
    const [written] = await Promise.all([write('a', 'none'), folder.documents.drop('beside')])
    expect(written.puts).toEqual(['written'])
    const last = write('b', 'none')
    await folder.documents.close()
    expect((await last).puts).toEqual(['written'])
  })
})

describe('bodies', () => {
  it('are read from the file at every call, and damage is told', async () => {
    await folder.documents.put('acme', 'register', '1', { due: 1 }, '1', 'none')
    folder.files.documents.raw.exec(`UPDATE d1 SET body = '{"due":2}'`)
    expect(await folder.documents.get('acme', 'register', '1')).toEqual({ doc: { due: 2 }, position: '1' })
    folder.files.documents.raw.exec(`UPDATE d1 SET body = '{"due":'`)
    await expect(folder.documents.get('acme', 'register', '1')).rejects.toMatchObject({ code: 'corrupt' })
    await expect(folder.documents.find('acme', 'register', { limit: 1 })).rejects.toMatchObject({ code: 'corrupt' })
  })

  it('keep their index when only the text changes, and move in it when the field does', async () => {
    await folder.documents.put('acme', 'register', '1', { due: 1, title: 'a' }, '1', 'none')
    await folder.documents.put('acme', 'register', '1', { due: 1, title: 'b' }, '2', '1')
    const found = (due: number) =>
      folder.documents.find('acme', 'register', { where: [{ field: 'due', eq: due }], limit: 9 })
    expect(await found(1)).toEqual([{ id: '1', doc: { due: 1, title: 'b' }, position: '2' }])
    await folder.documents.put('acme', 'register', '1', { due: 2, title: 'b' }, '3', '2')
    expect([await found(1), await found(2)]).toEqual([[], [{ id: '1', doc: { due: 2, title: 'b' }, position: '3' }]])
  })

  it('StorageFull is told when there is no room, and nothing is written', async () => {
    folder.files.documents.raw.exec('PRAGMA max_page_count = 20')
    const put = (id: string, title: string) => folder.documents.put('acme', 'register', id, { title }, '1', 'none')
    await expect(put('1', 'x'.repeat(500_000))).rejects.toMatchObject({ code: 'storage-full' })
    await expect(put('1', 'x')).resolves.toBe('written')
  })
})
