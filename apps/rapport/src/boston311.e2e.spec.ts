import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { boston, bostonHeader, bostonMapping, bostonRow, noBoston } from './boston.fixture.ts'
import { rapportJson, rapportOk, scratch } from './cli.fixture.ts'

jest.setTimeout(300_000)

const types = [
  'Building_Inspection_Request',
  'Contractor_Complaints',
  'Equipment_Repair',
  'General_Comments_For_a_Program_or_Policy',
  'Unsatisfactory_Living_Conditions',
]
interface Stored {
  readonly id: string
  readonly type: string
  readonly occurredAt: string
  readonly metadata: { readonly engagement?: string; readonly import?: { readonly reference?: string } }
  readonly data: { readonly direction?: string; readonly channel?: string }
}
interface Summary {
  readonly rows: number
  readonly recorded: number
  readonly unchanged: number
  readonly rejected: number
  readonly events: number
}
interface Listed {
  readonly id: string
  readonly name: string
  readonly reference: string
}
interface Entry {
  readonly stream: string
  readonly sentence: string
  readonly texts: readonly string[]
  readonly occurredAt: string
}

const folder = scratch('boston311')
afterAll(() => folder.clean())

const imported = async (data: string, file: string) => {
  const lines = await rapportJson<Summary & { note?: string; rows: number }>([
    'import',
    'communication',
    file,
    '--mapping',
    bostonMapping,
    '--data',
    data,
    '--rejected',
    folder.path('rejected.csv'),
  ])
  return { notes: lines.filter((line) => line.note !== undefined), summary: lines.at(-1)! }
}
const count = (events: readonly Stored[], direction: string): number =>
  events.filter((e) => e.type === 'InteractionLogged' && e.data.direction === direction).length
const said = (entries: readonly Entry[]) => ({
  inbound: entries.filter(({ sentence }) => sentence.startsWith('The client got in touch')).length,
  outbound: entries.filter(({ sentence }) => sentence.startsWith('We got in touch')).length,
})

describe(noBoston === undefined ? 'boston311' : `boston311 (skipped: ${noBoston})`, () => {
  const run = noBoston === undefined ? test : test.skip
  const data = folder.path('all')
  let notes: readonly { readonly rows: number }[]
  let summaries: readonly Summary[]
  let events: readonly string[]
  let isd: string

  beforeAll(async () => {
    if (noBoston !== undefined) return
    const done = []
    for (const type of types) done.push(await imported(data, join(boston, `${type}.csv.xz`)))
    notes = done.flatMap((each) => each.notes)
    summaries = done.map((each) => each.summary)
    events = await rapportOk(['events', '--json', '--data', data])
    const engagements = await rapportJson<Listed>(['list', 'engagements', '--data', data])
    isd = engagements.find(({ reference }) => reference === 'ISD')!.id
  })

  run(
    'five request types come in by one mapping: 15,022 openings, 10,369 closure letters, 9 engagements, 12 notes',
    () => {
      expect(summaries.map(({ rows, rejected }) => ({ rows, rejected }))).toEqual(
        [4961, 898, 1728, 4840, 2595].map((rows) => ({ rows, rejected: 0 })),
      )
      const all = events.map((line) => JSON.parse(line) as Stored)
      expect({ inbound: count(all, 'inbound'), outbound: count(all, 'outbound') }).toEqual({
        inbound: 15_022,
        outbound: 10_369,
      })
      expect(all.filter(({ type }) => type === 'EngagementOpened')).toHaveLength(9)
      expect(notes.reduce((sum, { rows }) => sum + rows, 0)).toBe(12)
      const its = all.filter(({ metadata }) => metadata.engagement === isd)
      expect({ inbound: count(its, 'inbound'), outbound: count(its, 'outbound') }).toEqual({
        inbound: 7672,
        outbound: 5607,
      })
      const bookkeeping = ['ImportStarted', 'ImportCompleted']
      expect(summaries.reduce((sum, s) => sum + s.events, 0)).toBe(
        all.filter((e) => !bookkeeping.includes(e.type)).length,
      )
    },
  )

  run(
    'as of 30 June 2015 ISD had 3,155 openings and 1,968 letters on the occurred clock, and we knew nothing of it',
    async () => {
      const asOf = (clock: string) =>
        rapportJson<Entry>(['timeline', 'ISD', '--as-of', '2015-06-30', '--clock', clock, '--data', data])
      expect(said(await asOf('occurred'))).toEqual({ inbound: 3155, outbound: 1968 })
      expect(await asOf('recorded')).toEqual([])
      expect(said(await rapportJson<Entry>(['timeline', 'ISD', '--data', data]))).toEqual({
        inbound: 7672,
        outbound: 5607,
      })
    },
  )

  run('a second run of all files adds no event, and no document differs from a rebuild', async () => {
    for (const [n, type] of types.entries()) {
      const { summary } = await imported(data, join(boston, `${type}.csv.xz`))
      const { rows } = summaries[n]!
      expect(summary).toEqual({ rows, recorded: 0, unchanged: rows, rejected: 0, events: 0 })
    }
    expect((await rapportOk(['events', '--json', '--data', data])).join('\n') === events.join('\n')).toBe(true)
    const [examined] = await rapportJson<{ findings: readonly unknown[] }>(['doctor', '--data', data])
    expect(examined).toMatchObject({ events: events.length, envelopes: 25_392, findings: [] })
  })
})

describe('boston311: a request type that nobody has seen', () => {
  const data = folder.path('unseen')
  const file = folder.path('Space_Savers.csv')
  const at = '01/05/2015 08:00:00 AM'
  const rows = [
    bostonRow({
      CASE_ENQUIRY_ID: '1',
      OPEN_DT: at,
      CLOSED_DT: '01/06/2015 09:30:00 PM',
      CLOSURE_REASON: 'Done, 谢谢 "all"\nof you',
      CASE_TITLE: 'Chair in the road',
      TYPE: 'Space Savers',
      Department: 'SNOW',
      Location: '1 A St',
      Source: 'Carrier Pigeon',
    }),
    // Nothing but an id and a date.
    bostonRow({ CASE_ENQUIRY_ID: '2', OPEN_DT: at }),
    // Closed before it was opened: both are what the city wrote down.
    bostonRow({
      CASE_ENQUIRY_ID: '3',
      OPEN_DT: at,
      CLOSED_DT: '01/04/2015 08:00:00 AM',
      Department: 'SNOW',
      Source: 'Employee Generated',
    }),
    bostonRow({
      CASE_ENQUIRY_ID: '4',
      OPEN_DT: at,
      CLOSURE_REASON: 'Text without a date',
      Department: 'SNOW',
      Source: 'Email',
    }),
    bostonRow({ CASE_ENQUIRY_ID: '5', CLOSED_DT: at, Department: 'SNOW' }),
    bostonRow({ CASE_ENQUIRY_ID: '6', OPEN_DT: '02/30/2015 08:00:00 AM', Department: 'SNOW' }),
    bostonRow({ OPEN_DT: at, Department: 'SNOW' }),
    bostonRow({ CASE_ENQUIRY_ID: '1', OPEN_DT: at, Department: 'SNOW', TYPE: 'Other text under the same id' }),
    bostonRow({ CASE_ENQUIRY_ID: '7', OPEN_DT: at, CLOSED_DT: 'soon', Department: 'SLUSH' }),
  ]

  beforeAll(() => writeFileSync(file, `${bostonHeader}\n${rows.join('\n')}\n`))

  test('it imports with the mapping as it is: unknown values, blanks and a closure before its opening are facts', async () => {
    const { summary, notes } = await imported(data, file)
    expect(summary).toEqual({ rows: 9, recorded: 4, unchanged: 0, rejected: 5, events: 12 })
    expect(notes).toHaveLength(1)
    const engagements = await rapportJson<Listed>(['list', 'engagements', '--data', data])
    // The refused row of another department opens no engagement.
    expect(engagements.map(({ name }) => name)).toEqual([
      'City of Boston 311, SNOW',
      'City of Boston 311, no department',
    ])
    const events = await rapportJson<Stored>(['events', '--data', data])
    const of = (reference: string) =>
      events
        .filter((e) => e.type === 'InteractionLogged' && e.metadata.import?.reference === reference)
        .map(({ data: { direction, channel }, occurredAt }) => [direction, channel, occurredAt])
    expect(of('1')).toEqual([
      ['inbound', 'other', '2015-01-05T13:00:00.000Z'],
      ['outbound', 'letter', '2015-01-07T02:30:00.000Z'],
    ])
    expect(of('2')).toEqual([['inbound', 'other', '2015-01-05T13:00:00.000Z']])
    expect(of('3')).toEqual([
      ['inbound', 'other', '2015-01-05T13:00:00.000Z'],
      ['outbound', 'letter', '2015-01-04T13:00:00.000Z'],
    ])
    const timeline = await rapportJson<Entry>(['timeline', 'SNOW', '--data', data])
    const interactions = timeline.filter(({ stream }) => stream === 'communication.interaction')
    expect(interactions.map(({ texts }) => texts[0])).toEqual([
      'Closed without a text.',
      'Space Savers: Chair in the road. 1 A St',
      'Request: no title. No address given',
      'Request: no title. No address given',
      'Done, 谢谢 "all"\nof you',
    ])
  })

  test('every bad row is set aside with its record, its line, a code and its columns as they were', async () => {
    const rejected = readFileSync(folder.path('rejected.csv'), 'utf8')
    const lines = rejected.replace('\ufeff', '').trimEnd().split('\r\n')
    expect(lines[0]).toBe(`record,line,code,reason,${bostonHeader}`)
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 3).join(' '))).toEqual([
      '5 7 date-missing',
      '6 8 date-invalid',
      '7 9 key-missing',
      '8 10 changed',
      '9 11 date-invalid',
    ])
  })

  test('a second run records nothing and rejects the same rows', async () => {
    const before = await rapportOk(['events', '--json', '--data', data])
    expect((await imported(data, file)).summary).toEqual({ rows: 9, recorded: 0, unchanged: 4, rejected: 5, events: 0 })
    expect(await rapportOk(['events', '--json', '--data', data])).toEqual(before)
  })
})
