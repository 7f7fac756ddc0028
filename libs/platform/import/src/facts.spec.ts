import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { factsOf } from './facts.ts'
import { parseMapping } from './mapping.ts'
import { openSource } from './records.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What a mapping makes of a file: one line a fact, or the code of the row's rejection. */
async function factsIn(yaml: string, name: string, bytes: Buffer | string): Promise<readonly unknown[]> {
  const mapping = parseMapping(`mapping: 1\nsource: table\ncontext: any\n${yaml}`)
  writeFileSync(join(folder, name), bytes)
  const found: unknown[] = []
  for await (const record of (await openSource(join(folder, name), mapping)).records) {
    const row = record.problem ?? factsOf(record.columns, mapping)
    if ('code' in row) found.push(row.code)
    else
      for (const fact of row.facts)
        found.push([fact.key.join('/'), fact.occurred?.occurredOn ?? fact.occurred?.occurredAt, fact.fields])
  }
  return found
}

// Three rows each of the shapes that other tables have.

test('a ticket log: a row is a fact by its activity, a date that does not exist rejects its row', async () => {
  const found = await factsIn(
    `zone: Europe/Rome
dates: ['yyyy-MM-dd HH:mm:ss']
key: [CaseID, ActivityID, CompleteTimestamp]
facts:
  - name: opened
    as: a
    where: { ActivityID: [1] }
    occurredAt: { column: CompleteTimestamp }
    fields: { kind: { const: opened } }
  - name: other
    as: a
    unless: [Skip]
    where: { ActivityID: [8, 6] }
    occurredAt: { column: CompleteTimestamp }
    fields: { kind: { column: ActivityID, map: { 8: resolved, 6: closed } } }
`,
    'helpdesk.csv',
    'CaseID;ActivityID;CompleteTimestamp;Skip\n2;1;2012-04-03 16:55:38;\n2;8;2012-02-30 16:55:53;\n2;6;2012-04-05 17:15:52;\n2;9;2012-04-05 17:15:52;\n',
  )
  expect(found).toEqual([
    ['2/1/2012-04-03 16:55:38/opened', '2012-04-03T14:55:38.000Z', { kind: 'opened' }],
    'date-invalid',
    ['2/6/2012-04-05 17:15:52/other', '2012-04-05T15:15:52.000Z', { kind: 'closed' }],
    'no-fact',
  ])
})

test('a survey in windows-1252: several columns make one list, what stands for nothing is left out', async () => {
  const found = await factsIn(
    `encoding: windows-1252
missing: [NA, '\\N', 99]
key: [Year, Text]
facts:
  - name: answer
    as: a
    fields:
      text: { column: Text }
      year: { column: Year, number: integer }
      codes: { columns: [Category 1, Category 2, Category 3], missing: ['-'] }
      weight: { column: Weight, number: { as: minor, decimal: ',' } }
`,
    'open.csv',
    Buffer.from(
      'Year,Text,Category 1,Category 2,Category 3,Weight\n2014,caf\xe9 \x97 more,Transport,,-,"1,5"\n2014,x,99,Housing,NA,99\n,y,,,,\n',
      'latin1',
    ),
  )
  expect(found).toEqual([
    ['2014/café — more/answer', undefined, { text: 'café — more', year: 2014, codes: ['Transport'], weight: 150 }],
    ['2014/x/answer', undefined, { text: 'x', year: 2014, codes: ['99', 'Housing', 'NA'] }],
    'key-missing',
  ])
})

test('a report of projects: two encodings in one file and its dictionary rows reject those rows only', async () => {
  const found = await factsIn(
    `zone: America/New_York
dates: ['M/d/yyyy']
key: [PID, As Of]
facts:
  - name: forecast
    as: a
    occurredAt: { column: As Of }
    fields:
      completion: { column: Forecast, date: day }
      budget: { column: Budget, number: { as: minor, group: ',' } }
`,
    'projects.csv',
    Buffer.concat([
      Buffer.from(',As Of,PID,Forecast,Budget\nColumn Description,"Reporting\nperiod",Project ID,Date,Cost\n', 'utf8'),
      Buffer.from('0,9/1/2013,3,10/21/2108,"1,234.50"\n1,9/1/2013,4,,\n', 'utf8'),
      Buffer.from('2,9/1/2013,5\xa0,,\n', 'latin1'),
    ]),
  )
  expect(found).toEqual([
    'date-invalid',
    ['3/9/1/2013/forecast', '2013-09-01', { completion: '2108-10-21', budget: 123450 }],
    ['4/9/1/2013/forecast', '2013-09-01', {}],
    'encoding',
  ])
})

test('ratings of people: the reason of a rejection names the column and what stands there', async () => {
  const mapping = parseMapping(`mapping: 1
source: ratings
context: any
key: [Source, Stakeholder]
facts: [{ name: rating, as: a, fields: { priority: { column: Priority, number: integer } } }]
`)
  expect(
    factsOf(
      new Map([
        ['Source', 'A'],
        ['Stakeholder', 'B'],
        ['Priority', '5.5'],
      ]),
      mapping,
    ),
  ).toEqual({
    code: 'number-invalid',
    reason: 'Priority: "5.5" is not a number (integer, decimal mark ".").',
  })
  expect(
    factsOf(
      new Map([
        ['Source', 'A'],
        ['Stakeholder', 'B'],
        ['Priority', '10'],
      ]),
      mapping,
    ),
  ).toMatchObject({
    facts: [{ fields: { priority: 10 }, content: { Priority: '10' } }],
  })
})

test('work items as JSON lines: epoch seconds, nested members, lists', async () => {
  const found = await factsIn(
    `dates: [epoch-seconds]
key: [id]
facts:
  - name: created
    as: a
    occurredAt: { column: created_at }
    fields:
      by: { column: created_by.name }
      tags: { column: tags }
      state: { column: state.type, map: { pending: open, closed: closed } }
      due: { column: end_at, date: instant }
`,
    'items.jsonl',
    [
      '{"id":"5eb623f6a70571487ea47000","created_at":1577808000,"created_by":{"name":"john"},"tags":["a","b"],"state":{"type":"pending"},"end_at":1577808060}',
      '{"id":"5eb623f6a70571487ea47001","created_at":1577808000,"tags":[],"state":{"type":"closed"},"end_at":null}',
      '{"id":"5eb623f6a70571487ea47002","created_at":1577808000,"state":{"type":"new"}}',
    ].join('\n'),
  )
  expect(found).toEqual([
    [
      '5eb623f6a70571487ea47000/created',
      '2019-12-31T16:00:00.000Z',
      { by: 'john', tags: ['a', 'b'], state: 'open', due: '2019-12-31T16:01:00.000Z' },
    ],
    ['5eb623f6a70571487ea47001/created', '2019-12-31T16:00:00.000Z', { state: 'closed' }],
    'value-unmapped',
  ])
})

test('an incident log with a byte order mark: the same instant in two offsets, split lists', async () => {
  const found = await factsIn(
    `dates: ["yyyy-MM-dd'T'HH:mm:ssXXX"]
key: [SR Number, Change Date+Time]
facts:
  - name: change
    as: a
    occurredAt: { column: Change Date+Time }
    fields: { parts: { column: Activity, split: '-' }, text: { template: '{Status} by {Owner|somebody} {{{SR Number}}}' } }
`,
    'incidents.csv',
    '\ufeffSR Number,Change Date+Time,Status,Activity,Owner\r\n1-3,2010-03-31T15:59:42+01:00,Accepted,Accepted-In Progress,Frederic\r\n1-4,2010-03-31T16:59:42+02:00,Queued,,\r\n',
  )
  expect(found).toEqual([
    [
      '1-3/2010-03-31T15:59:42+01:00/change',
      '2010-03-31T14:59:42.000Z',
      { parts: ['Accepted', 'In Progress'], text: 'Accepted by Frederic {1-3}' },
    ],
    ['1-4/2010-03-31T16:59:42+02:00/change', '2010-03-31T14:59:42.000Z', { text: 'Queued by somebody {1-4}' }],
  ])
})

test('an engagement is opened for each value of its key; an empty one is a value', () => {
  const mapping = parseMapping(`mapping: 1
source: desk
context: any
key: [Id]
reference: Id
engagement:
  key: [Team]
  client: '{Customer}'
  name: '{Customer}: {Team|no team}'
  manager: { name: Desk, mail: 'desk@{Customer}.example' }
  zone: Asia/Shanghai
  start: 2024-01-01
facts: [{ name: f, as: a, fields: { t: { column: Text } } }]
notes: [{ unless: [Text], text: No text. }]
`)
  const row = (team: string) =>
    factsOf(
      new Map([
        ['Id', ' K-1 '],
        ['Team', team],
        ['Customer', 'acme'],
        ['Text', ''],
      ]),
      mapping,
    )
  expect(row('A')).toMatchObject({
    key: ['K-1'],
    reference: 'K-1',
    notes: [0],
    opening: {
      key: '["A"]',
      client: 'acme',
      name: 'acme: A',
      manager: { name: 'Desk', mail: 'desk@acme.example' },
      zone: 'Asia/Shanghai',
      start: { occurredAt: '2023-12-31T16:00:00.000Z', occurredOn: '2024-01-01', zone: 'Asia/Shanghai' },
    },
  })
  expect(row('')).toMatchObject({ opening: { key: '[""]', name: 'acme: no team' } })
  expect(factsOf(new Map([['Id', '1']]), mapping)).toMatchObject({ code: 'key-missing' })
})

test('without a key the name tells engagements apart: a list of one project needs no column for it', () => {
  const opening = (name: string) => {
    const mapping = parseMapping(`mapping: 1
source: list
context: any
key: [No]
engagement:
  client: Riverside
  name: '${name}'
  manager: { name: Nobody }
  zone: UTC
  start: 2026-01-01
facts: [{ name: a, as: a, fields: {} }]
`)
    const row = factsOf(new Map([['No', '1']]), mapping)
    return 'code' in row ? row.code : row.opening?.key
  }
  expect([opening('Portal'), opening('Clinic')]).toEqual(['["Portal"]', '["Clinic"]'])
})

test('the repository ships mappings that are valid', () => {
  const file = join(import.meta.dirname, '../../../../tools/import-mappings/boston311.yaml')
  expect(parseMapping(readFileSync(file, 'utf8')).facts.map((fact) => fact.name)).toEqual(['opening', 'closure-letter'])
})
