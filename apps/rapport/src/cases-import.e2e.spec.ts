import { afterAll, expect, jest, test } from '@jest/globals'
import { readFileSync, writeFileSync } from 'node:fs'
import { rapport, rapportJson, rapportOk, scratch } from './cli.fixture.ts'

jest.setTimeout(300_000)

const folder = scratch('cases-import')
afterAll(() => folder.clean())

const mapping = (dates: string, more = ''): string => `mapping: 1
source: letters
context: communication
zone: Asia/Shanghai
dates: [${dates}]
key: [Id]
reference: Id
${more}engagement:
  key: [Book]
  client: Riverside Council
  name: Letters{Book|}
  manager: { name: Nobody }
  zone: Asia/Shanghai
  start: 2020-01-01
facts:
  - name: letter
    as: interaction
    occurredAt: { column: Date }
    fields:
      direction: { const: inbound }
      channel: { const: letter }
      summary: { column: Text }
`
interface Entry {
  readonly stream: string
  readonly texts: readonly string[]
  readonly reference?: string
  readonly occurredOn?: string
}
let files = 0
function world(name: string, dates: string, more = '') {
  const data = folder.path(name)
  const yaml = folder.path(`${name}.yaml`)
  writeFileSync(yaml, mapping(dates, more))
  return {
    data,
    /** Imports these bytes as a file of their own; answers the counts and the file of rejected rows. */
    async take(content: string, { ext = 'csv', env = {} }: { ext?: string; env?: Record<string, string> } = {}) {
      const file = folder.path(`${name}-${files++}.${ext}`)
      writeFileSync(file, content)
      const [summary] = await rapportJson(['import', 'communication', file, '--mapping', yaml, '--data', data], { env })
      return { summary, rejected: `${file}.rejected.${ext}` }
    },
    letters: async () =>
      (await rapportJson<Entry>(['timeline', 'Letters', '--data', data])).filter(
        ({ stream }) => stream === 'communication.interaction',
      ),
    textOf: async (reference: string): Promise<string | undefined> =>
      (await rapportJson<Entry>(['timeline', 'Letters', '--data', data])).find((e) => e.reference === reference)
        ?.texts[0],
  }
}
const counts = (recorded: number, unchanged: number, rejected: number) =>
  expect.objectContaining({ rows: recorded + unchanged + rejected, recorded, unchanged, rejected })

test('BR-36 a file with Excel’s byte order mark and the same file without it are the same rows: nothing new is recorded', async () => {
  const { take, data } = world('br36', 'yyyy-MM-dd')
  const rows = 'Id,Date,Text,Book\nK-1,2026-05-01,你好,\nK-2,2026-05-02,再见,\n'
  expect((await take(`\ufeff${rows}`)).summary).toEqual(counts(2, 0, 0))
  const before = await rapportOk(['events', '--json', '--data', data])
  for (const again of [`\ufeff${rows}`, rows, `\ufeff${rows.replaceAll('\n', '\r\n')}`, rows.replaceAll(',', ';')])
    expect((await take(again)).summary).toEqual({ rows: 2, recorded: 0, unchanged: 2, rejected: 0, events: 0 })
  expect(await rapportOk(['events', '--json', '--data', data])).toEqual(before)
})

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
])(
  'BR-38 a line break inside quotes splits no row, and a bad row is named by its record and its first line: %s',
  async (name, eol) => {
    const { take, textOf } = world(`br38-${name}`, 'yyyy-MM-dd')
    const rows = [
      'Id,Text,Date,Book',
      `K-7,"第一行${eol}第二行, ""引号""",2026-05-01,`,
      'K-8,bad,2026-02-30,',
      `K-9,"a${eol}b",2026-05-02,`,
      '',
    ]
    const { summary, rejected } = await take(rows.join(eol))
    expect(summary).toEqual(counts(2, 0, 1))
    expect(await textOf('K-7')).toBe('第一行\n第二行, "引号"')
    const [, bad] = readFileSync(rejected, 'utf8').trimEnd().split('\r\n')
    // Record 2 begins on line 4: line 1 is the header, K-7 takes lines 2 and 3.
    expect(bad).toMatch(/^2,4,date-invalid,/)
  },
)

test('BR-40 day numbers of both epochs of workbooks are the day that was meant, in whatever zone the server runs', async () => {
  for (const [epoch, serial] of [
    ['excel-1900', '45292'],
    ['excel-1904', '43830'],
  ] as const) {
    const { take, letters } = world(`br40-${epoch}`, epoch)
    for (const TZ of ['UTC', 'Asia/Shanghai', 'America/New_York']) {
      const { summary } = await take(`Id,Date,Text,Book\n${TZ},${serial},Hello,\n`, { env: { TZ } })
      expect(summary).toEqual(counts(1, 0, 0))
    }
    expect((await letters()).map(({ occurredOn }) => occurredOn)).toEqual(['2024-01-01', '2024-01-01', '2024-01-01'])
  }
})

test('BR-42 texts that a spreadsheet would run leave it unable to run them, numbers stay numbers, and our import gives both back', async () => {
  const texts = ['=1+1', '+86 10 555', '-x', '@a', '\t=1', '-12.5']
  const { take, letters } = world('br42', 'yyyy-MM-dd', '')
  const rows = texts.map((text, n) => `K-${n},unknown,"${text}",`)
  const { summary, rejected } = await take(['Id,Date,Text,Book', ...rows, ''].join('\n'))
  expect(summary).toEqual(counts(0, 0, texts.length))
  const exported = readFileSync(rejected, 'utf8')
  const cells = exported
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.slice(line.lastIndexOf(',', line.length - 2) + 1, -1).replace(/^"(.*)"$/, '$1'))
  expect(cells).toEqual(["'=1+1", "'+86 10 555", "'-x", "'@a", "'\t=1", '-12.5'])
  // Repaired in the spreadsheet and imported as it is.
  expect((await take(exported.replaceAll('unknown', '2026-05-01'))).summary).toEqual(counts(texts.length, 0, 0))
  expect((await letters()).map((entry) => entry.texts[0]).sort()).toEqual([...texts].sort())
  // JSON runs nothing and is left alone.
  const json = await take(
    texts.map((Text, n) => `${JSON.stringify({ Id: `J-${n}`, Date: 'unknown', Text })}\n`).join(''),
    { ext: 'jsonl' },
  )
  const back = readFileSync(json.rejected, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { Text: string }).Text)
  expect(back).toEqual(texts)
})

test('BR-61 rows that would reach a prototype are set aside with a code, and the others are taken', async () => {
  const { take, letters } = world('br61', 'yyyy-MM-dd', 'format: jsonl\n')
  const good = '{"Id":"K-1","Date":"2026-05-01","Text":"Hello"}'
  const bad = [
    '{"Id":"K-2","__proto__":{"role":"admin"}}',
    '{"Id":"K-3","a":{"constructor":{"prototype":{"role":"admin"}}}}',
  ]
  const { summary, rejected } = await take([good, ...bad, ''].join('\n'), { ext: 'jsonl' })
  expect(summary).toEqual(counts(1, 0, 2))
  expect(readFileSync(rejected, 'utf8').match(/"code":"forbidden-key"/g)).toHaveLength(2)
  expect(await letters()).toHaveLength(1)
})

test('a mapping that no row fits says so for each row and makes no engagement', async () => {
  const { take, data } = world('none', 'yyyy-MM-dd')
  expect((await take('Id,Date,Text,Book\n,2026-05-01,x,\nK-1,,x,\n')).summary).toEqual(counts(0, 0, 2))
  expect(await rapportOk(['events', '--data', data])).toEqual([])
  expect((await rapport(['timeline', 'Letters', '--data', data])).code).toBe(5)
})
