import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { factsOf } from './facts.ts'
import { parseMapping } from './mapping.ts'
import { openSource } from './records.ts'
import { RejectedFile } from './rejected.ts'
import { checkTarget, isRejectedFile } from './target.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const mapping = parseMapping(
  'mapping: 1\nsource: t\ncontext: c\nkey: [Id]\nfacts: [{ name: f, as: f, fields: { n: { column: N, number: integer } } }]\n',
)

async function reject(name: string, bytes: string, end: 'close' | 'discard' = 'close'): Promise<string> {
  const file = join(folder, name)
  writeFileSync(file, bytes)
  const source = await openSource(file, mapping)
  const out = new RejectedFile(`${file}.rejected`, source)
  for await (const record of source.records) {
    const row = record.problem ?? factsOf(record.columns, mapping)
    if ('code' in row) await out.add(record, row)
  }
  await out[end]()
  return out.path
}

test('a rejected row stands with its place, code, reason and its columns as they were', async () => {
  const path = await reject('a.csv', 'Id;N;Text\n1;2;ok\n2;x;\'=1+1\n3;-12.5;"a;\nb"\n4;1\n')
  expect(readFileSync(path, 'utf8')).toBe(
    '\ufeffrecord;line;code;reason;Id;N;Text\r\n' +
      `2;3;number-invalid;"N: ""x"" is not a number (integer, decimal mark ""."").";2;x;'=1+1\r\n` +
      '3;4;number-invalid;"N: ""-12.5"" is not a number (integer, decimal mark ""."").";3;-12.5;"a;\nb"\r\n' +
      '4;6;column-count;The header has 3 cells, this row 2.;4;1\r\n'.replace(
        'The header has 3 cells, this row 2.',
        '"The header has 3 cells, this row 2."',
      ),
  )
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('the file of rejected rows can be repaired and imported with the same mapping', async () => {
  const path = await reject('a.csv', 'Id,N,code\n1,x,"  =1"\n')
  const repaired = readFileSync(path, 'utf8').replace(',x,', ',7,')
  expect(repaired).toMatch(/^\ufeffrecord,line,rejected code,reason,Id,N,code\r\n/)
  writeFileSync(join(folder, 'b.csv'), repaired)
  const [record] = await Array.fromAsync((await openSource(join(folder, 'b.csv'), mapping)).records)
  expect(factsOf(record!.columns, mapping)).toMatchObject({ facts: [{ fields: { n: 7 } }] })
  expect(record!.raw.at(-1)).toBe('  =1')
})

test('rejected JSON lines are JSON lines; what is no JSON stands there as text', async () => {
  const path = await reject('a.jsonl', '{"Id":1,"N":"x","line":9}\n{"Id":1\n{"Id":2,"N":2}\n')
  expect(
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { record: 1, 'rejected line': 1, code: 'number-invalid', reason: expect.any(String), Id: 1, N: 'x', line: 9 },
    { record: 2, line: 2, code: 'not-json', reason: expect.any(String), text: '{"Id":1' },
  ])
})

test('where nothing is rejected there is no file, and an older one goes', async () => {
  await reject('a.csv', 'Id,N\n1,x\n')
  expect(existsSync(join(folder, 'a.csv.rejected'))).toBe(true)
  expect(existsSync(await reject('a.csv', 'Id,N\n1,2\n'))).toBe(false)
})

test('where nothing is rejected a file that holds something else stays', async () => {
  writeFileSync(join(folder, 'a.csv.rejected'), 'old')
  expect(readFileSync(await reject('a.csv', 'Id,N\n1,2\n'), 'utf8')).toBe('old')
})

test('a file that cannot be written is an error of the run', async () => {
  const file = join(folder, 'a.csv')
  writeFileSync(file, 'Id,N\n1,x\n')
  const out = new RejectedFile(join(folder, 'none', 'x.csv'), await openSource(file, mapping))
  await out.add({ record: 1, line: 2, columns: new Map(), raw: ['1', 'x'] }, { code: 'c', reason: 'r' })
  await expect(out.close()).rejects.toMatchObject({ code: 'ENOENT' })
  await out.discard()
})

test.each([
  ['a.csv', 'Id;N\n1;x\n'],
  ['a.csv', 'Id,N,record,reason\n1,x,2,3\n'],
  ['a.jsonl', '{"Id":1,"N":"x","line":9,"7":1}\n'],
  ['a.jsonl', '{"Id":1\n'],
])('a file of rejected rows is known again, and may be replaced (%s %j)', async (name, bytes) => {
  const path = await reject(name, bytes)
  expect(await isRejectedFile(path)).toBe(true)
  await checkTarget(path, [join(folder, name)])
  await expect(checkTarget(path, [path])).rejects.toMatchObject({ code: 'rejected-target' })
})

test.each([
  ['', ''],
  ['Id,record,line,code,reason\n', ''],
  ['record,lines,code,reason\n', ''],
  ['{"record":"a","line":1,"code":"c","reason":"r"}\n', ''],
  ['[1]\n', ''],
  ['record,line,code,reason\n', 'mine'],
])('no other file is replaced (%j, part %j)', async (bytes, part) => {
  writeFileSync(join(folder, 'x'), bytes)
  if (part !== '') writeFileSync(join(folder, 'x.part'), part)
  await expect(checkTarget(join(folder, 'x'), [])).rejects.toMatchObject({ code: 'rejected-target' })
})

test('neither a link, nor a folder, nor a place in a folder that is not there is taken', async () => {
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
  for (const place of [join(folder, 'link'), folder, join(folder, 'none', 'x.csv')])
    await expect(checkTarget(place, [])).rejects.toMatchObject({ code: 'rejected-target' })
})

test('a run that does not end leaves the older file as it was, and nothing else', async () => {
  writeFileSync(join(folder, 'a.csv.rejected'), 'old')
  expect(readFileSync(await reject('a.csv', 'Id,N\n1,x\n', 'discard'), 'utf8')).toBe('old')
  expect(readdirSync(folder).sort()).toEqual(['a.csv', 'a.csv.rejected'])
})
