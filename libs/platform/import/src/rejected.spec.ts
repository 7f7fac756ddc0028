import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { factsOf } from './facts.ts'
import { parseMapping } from './mapping.ts'
import { openSource } from './records.ts'
import { RejectedFile } from './rejected.ts'

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
  writeFileSync(join(folder, 'a.csv.rejected'), 'old')
  expect(existsSync(await reject('a.csv', 'Id,N\n1,2\n'))).toBe(false)
})

test('a run that does not end leaves the older file as it was, and nothing else', async () => {
  writeFileSync(join(folder, 'a.csv.rejected'), 'old')
  expect(readFileSync(await reject('a.csv', 'Id,N\n1,x\n', 'discard'), 'utf8')).toBe('old')
  expect(readdirSync(folder).sort()).toEqual(['a.csv', 'a.csv.rejected'])
})
