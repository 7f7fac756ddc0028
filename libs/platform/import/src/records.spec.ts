import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseMapping } from './mapping.ts'
import { openSource } from './records.ts'
import type { SourceRecord } from './records.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const mapping = (extra = '', columns = '[Id, Text]') =>
  parseMapping(
    `mapping: 1\nsource: t\ncontext: c\nkey: [Id]\n${extra}facts:\n  - name: f\n    as: f\n    fields: { all: { columns: ${columns} } }\n`,
  )
const read = async (bytes: Buffer | string, map = mapping(), name = 'f.csv'): Promise<readonly SourceRecord[]> => {
  writeFileSync(join(folder, name), bytes)
  return Array.fromAsync((await openSource(join(folder, name), map)).records)
}
const columnsOf = (records: readonly SourceRecord[]) => records.map((r) => Object.fromEntries(r.columns))
const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: { code?: string; detail?: unknown }) => error.code,
  )

describe('CSV', () => {
  const plain = 'Id,Text\r\nK-1,"安静, ok"\r\nK-2,=x\r\n'
  const wanted = [
    { Id: 'K-1', Text: '安静, ok' },
    { Id: 'K-2', Text: '=x' },
  ]

  test('BR-36 with and without a byte order mark the columns and texts are the same', async () => {
    expect(columnsOf(await read(plain))).toEqual(wanted)
    expect(columnsOf(await read('\ufeff' + plain))).toEqual(wanted)
    expect(columnsOf(await read('\ufeff' + plain, mapping('encoding: windows-1252\n')))).toEqual(wanted)
  })

  test.each([
    ['utf-16le with a mark', Buffer.from('\ufeff' + plain, 'utf16le'), ''],
    ['utf-16le as the mapping says', Buffer.from(plain, 'utf16le'), 'encoding: utf-16le\n'],
    ['gzip, whatever the name', gzipSync(plain), ''],
    ['semicolons', plain.replaceAll(',', ';').replace('; ok', ', ok'), ''],
    ['tabs', plain.replaceAll(',', '\t').replace('\t ok', ', ok'), ''],
  ])('%s is read', async (_what, bytes, extra) => {
    expect(columnsOf(await read(bytes, mapping(extra)))).toEqual(wanted)
  })

  test('another encoding is read as the mapping says', async () => {
    expect(
      columnsOf(
        await read(Buffer.from('Id,Text\n1,caf\xe9 \x93x\x94\n', 'latin1'), mapping('encoding: windows-1252\n')),
      ),
    ).toEqual([{ Id: '1', Text: 'café “x”' }])
    expect(
      columnsOf(
        await read(
          Buffer.from([0x49, 0x64, 0x2c, 0x54, 0x65, 0x78, 0x74, 10, 0x31, 0x2c, 0xd6, 0xd0]),
          mapping('encoding: gb18030\n'),
        ),
      ),
    ).toEqual([{ Id: '1', Text: '中' }])
  })

  test('bytes that are no text reject their own row only', async () => {
    const records = await read(Buffer.from('Id,Text\n1,caf\xe9\n2,fine\n', 'latin1'))
    expect(records.map((r) => [r.record, r.line, r.problem?.code])).toEqual([
      [1, 2, 'encoding'],
      [2, 3, undefined],
    ])
  })

  test('BR-38 the error names the bad row by its record and its first physical line', async () => {
    const records = await read('Id,Text\nK-7,"第一行\n第二行, ""引号"""\nbad\nK-8,x')
    expect(columnsOf(records)[0]).toEqual({ Id: 'K-7', Text: '第一行\n第二行, "引号"' })
    expect(records.map((r) => [r.record, r.line, r.problem?.code])).toEqual([
      [1, 2, undefined],
      [2, 4, 'column-count'],
      [3, 5, undefined],
    ])
  })

  test('BR-42 the guard of our own export is taken away', async () => {
    expect(columnsOf(await read("Id,Text\n1,'=1+1\n2,-12.5\n3,''=x\n"))).toEqual([
      { Id: '1', Text: '=1+1' },
      { Id: '2', Text: '-12.5' },
      { Id: '3', Text: "'=x" },
    ])
  })

  test('a missing column is told for the delimiter that shows the others', async () => {
    await expect(read('Id;Other\n1;2\n')).rejects.toMatchObject({ detail: { columns: ['Text'] } })
  })

  test('a column that is missing or stands twice refuses the whole file', async () => {
    expect(await failure(read('Id,Other\n1,2\n'))).toBe('column-missing')
    expect(await failure(read('Id,Text,Id\n1,2,3\n'))).toBe('column-ambiguous')
    expect(await failure(read(''))).toBe('file-empty')
    expect(await failure(read('Id,Text\n1,2\n', mapping(), 'f.dat'))).toBe('format-unknown')
    expect(await failure(openSource(join(folder, 'none.csv'), mapping()))).toBe('file-unreadable')
  })

  test('a packed file that is cut short is an error, not a short file', async () => {
    const packed = gzipSync(`Id,Text\n${'1,text\n'.repeat(20_000)}`)
    expect(await failure(read(packed.subarray(0, packed.length - 20)))).toBe('file-unreadable')
  })

  test('a signal ends the reading', async () => {
    writeFileSync(join(folder, 'long.csv'), `Id,Text\n${'1,text\n'.repeat(200_000)}`)
    const stop = new AbortController()
    const { records } = await openSource(join(folder, 'long.csv'), mapping(), { signal: stop.signal })
    let seen = 0
    const reading = (async () => {
      for await (const _ of records) if (++seen === 10) stop.abort(new Error('enough'))
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(seen).toBeLessThan(200_000)
  })
})

describe('JSON lines', () => {
  test('nested members are named with dots; numbers keep their text; null and absent are the same', async () => {
    const records = await read(
      '{"Id":1577808000,"Text":"a","at":{"by":"john"}}\n\n{"Id":"2","Text":null,"list":["x",2]}\n',
      mapping('', '[Text, at.by, list]'),
      'f.jsonl',
    )
    expect(columnsOf(records)).toEqual([
      { Id: '1577808000', Text: 'a', 'at.by': 'john' },
      { Id: '2', list: ['x', '2'] },
    ])
    expect(records.map((r) => r.line)).toEqual([1, 3])
  })

  test.each([
    ['{"Id":1,"__proto__":{"role":"admin"}}', 'forbidden-key'],
    ['{"Id":1,"a":{"constructor":{"prototype":{"role":1}}}}', 'forbidden-key'],
    ['{"Id":1,"a":[{"prototype":1}]}', 'forbidden-key'],
    ['{"Id":1,"Id":2}', 'duplicate-key'],
    ['{"a.b":1,"a":{"b":2}}', 'duplicate-key'],
    ['{"Id":1', 'not-json'],
    ['[1]', 'not-an-object'],
    ['{"Id":12345678901234567890}', 'unsafe-number'],
  ])('BR-61 %s rejects its own row only', async (line, code) => {
    const records = await read(`${line}\n{"Id":2}\n`, mapping(), 'f.jsonl')
    expect(records.map((r) => r.problem?.code)).toEqual([code, undefined])
    expect(({} as { role?: unknown }).role).toBeUndefined()
  })
})
