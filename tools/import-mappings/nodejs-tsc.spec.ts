import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { bytesOf } from '@rapport/import'
import { agendaOf, attendeesOf, titleOf } from './minutes.ts'
import { meetingsOf } from './nodejs-tsc.ts'
import { filesOf } from './tar.ts'
import { tarOf } from './tar.fixture.ts'
import { decisionOf } from './votes.ts'

describe('those present', () => {
  const names = (list: string): readonly unknown[] =>
    attendeesOf(list).map(({ id, name, contact, role }) => [id, name, contact, role].filter((x) => x !== undefined))

  test('are told apart by handle, else by mail address, else by name', () => {
    expect(
      names(`## Present

* Mira Holm @MiraHolm (TSC)
* Jonas Ek (guest, from the docs team)
* [Ida Roth](https://github.com/ida-r) (scribe)
* Ole Dahl <mailto:ole@dahl.example>
* Pia Lund @<Pia@lund.example> (Guest - board)
* Udo Falk (TSC)  @udo
* Kim(TSC)
* Tore  Berg @tore (TS
* Eva Sand - Guest from the auditors
* Mira M. Holm @miraholm (TSC) - joined at 16:23
* Bo Vik.
* @nameless
`),
    ).toEqual([
      ['@miraholm', 'Mira Holm', '@MiraHolm', 'TSC'],
      ['jonas ek', 'Jonas Ek', 'guest, from the docs team'],
      ['@ida-r', 'Ida Roth', '@ida-r', 'scribe'],
      ['ole@dahl.example', 'Ole Dahl', 'ole@dahl.example'],
      ['pia@lund.example', 'Pia Lund', 'Pia@lund.example', 'Guest - board'],
      ['@udo', 'Udo Falk', '@udo', 'TSC'],
      ['kim', 'Kim', 'TSC'],
      ['@tore', 'Tore Berg', '@tore', 'TS'],
      ['eva sand', 'Eva Sand', 'Guest from the auditors'],
      ['bo vik', 'Bo Vik'],
      ['@nameless', 'nameless', '@nameless'],
    ])
  })

  test.each([
    ['a heading of groups', '## Present\n### Members\n* A\n### Observers\n* B\n## Agenda\n* C', ['A', 'B']],
    ['another level and word', '## Minutes\n### Participants\n* A\n### Stand-up\n* B: works', ['A']],
    ['those who did not come', '## Participants\n### Present\n* A\n### Regrets\n* B', ['A']],
    ['a text behind the list', '### Present\n* A\nApologies from:\n* B', ['A']],
    ['apologies in the list', '### Present\n* A\n* Apologies for B', ['A']],
    ['part of the list in a comment', '## Present\n* A\n<!--\n* B\n-->\n', ['A']],
    ['a stray letter', '## Attendees\n* A\na *B @b (voting member)\n* C', ['A', 'B', 'C']],
    ['line ends of another system', '## Present\r\n\r\n* A\r\n* B\r\n', ['A', 'B']],
    ['an empty list', '## Present\n\n## Agenda\n* A', []],
    ['a text instead', '## Present\n\nN/A In person meeting cancelled.\n', []],
    ['no heading', 'No minutes were taken.\n* A', []],
  ])('%s', (_what, text, expected) => {
    expect(attendeesOf(text).map(({ name }) => name)).toEqual(expected)
  })
})

test('the agenda has its items, as text, without notes, announcements and what it was taken from', () => {
  expect(
    agendaOf(`## Agenda

*Extracted from **tsc-agenda** labelled issues.

### Announcements
* Release tomorrow

### org/repo
* \\[Converge\\] timers: walk \`_list\` [#23](https://example.org/23)
  * Mira: agreed
- doc: add groups \\[#15]\\(<https://example.org/15>)

## Minutes
* Another
`),
  ).toEqual(['[Converge] timers: walk `_list` #23', 'doc: add groups #15'])
})

test('a title that names another day than the file is kept, and its date stands beside it', () => {
  expect(titleOf('# TSC Meeting 2018-07-11\n', '2018-07-12')).toEqual({
    title: 'TSC Meeting 2018-07-11',
    titleDate: '2018-07-11',
  })
  expect(titleOf('# TSC Meeting 2018-07-12\n', '2018-07-12')).toEqual({ title: 'TSC Meeting 2018-07-12' })
  expect(titleOf('* no title\n', '2018-07-12')).toEqual({ title: 'Meeting 2018-07-12' })
})

test('a decision tells what was asked, what came out and how many said so, and names nobody who voted', () => {
  expect(decisionOf('{"description":"Adopt it","refs":["https://e.org/1"],"votes":{"a":1,"b":1,"c":-1,"d":0}}')).toBe(
    'Adopt it (2 for, 1 against, 1 abstained) https://e.org/1',
  )
  expect(
    decisionOf('{"description":"Which?","outcome":{"winner(s)":["Both"]},"refs":"x","votes":{"a":{"One":2,"Both":9}}}'),
  ).toBe('Which?: Both (1 votes) x')
})

test('an archive becomes meetings in the order of their days, a vote goes to the first meeting that could know it', () => {
  const meetings = meetingsOf(
    tarOf({
      'meetings/2020-02-05.md': '# M 2020-02-05\n## Present\n* Mira Holm-Ek @mira\n',
      'meetings/2020-01-08.md': '# M 2020-01-08\n## Present\n* Mira Holm @Mira\n',
      'meetings/core/2020-01-08.md': 'No minutes were taken.',
      'meetings/2020-03-04-V8.md': '',
      'votes/2020-01-09-1.json': '{"description":"Second","votes":{}}',
      'votes/2020-01-09-0.json': '{"description":"First","votes":{}}',
      'votes/README.md': 'no vote',
    }),
  )
  expect(meetings).toMatchObject([
    { file: 'meetings/2020-01-08.md', date: '2020-01-08', attendees: [{ id: '@mira', name: 'Mira Holm-Ek' }] },
    { file: 'meetings/core/2020-01-08.md', minutes: 'No minutes were taken.' },
    { file: 'meetings/2020-02-05.md', decisions: [expect.stringMatching('First'), expect.stringMatching('Second')] },
    { file: 'meetings/2020-03-04-V8.md', date: '2020-03-04' },
  ])
  expect(meetings[1]).not.toHaveProperty('attendees')
  expect(meetings.flatMap(({ decisions = [] }) => decisions)).toHaveLength(2)
})

test('an archive that is cut short is an error, not a short archive', () => {
  expect(() => [...filesOf(tarOf({ a: 'x'.repeat(600) }).subarray(0, 1100))]).toThrow('damaged')
})

// Test input that may not be copied into the repository.
const archive = join(import.meta.dirname, '../../../shared/data/nodejs-tsc-minutes/tsc_meetings_votes.tar.xz')
const here = existsSync(archive)
describe(here ? 'the real archive' : 'the real archive (skipped: ../shared/data is not here)', () => {
  const run = here ? test : test.skip
  run('has 399 meetings, 392 with a list, 3,998 attendances, 21 decisions', async () => {
    const meetings = meetingsOf(Buffer.concat(await Array.fromAsync(bytesOf(archive))))
    const all = meetings.flatMap(({ attendees = [] }) => attendees)
    expect({
      meetings: meetings.length,
      files: new Set(meetings.map(({ file }) => file)).size,
      days: new Set(meetings.map(({ date }) => date)).size,
      listed: meetings.filter(({ attendees }) => attendees !== undefined).length,
      attendances: all.length,
      persons: new Set(all.map(({ id }) => id)).size,
      handles: all.filter(({ id }) => id.startsWith('@')).length,
      agenda: meetings.flatMap(({ agenda = [] }) => agenda).length,
      decisions: meetings.flatMap(({ decisions = [] }) => decisions).length,
      titles: meetings.filter(({ titleDate }) => titleDate !== undefined).length,
    }).toEqual({
      meetings: 399,
      files: 399,
      days: 397,
      listed: 392,
      attendances: 3998,
      persons: 199,
      handles: 3321,
      agenda: 2234,
      decisions: 21,
      titles: 6,
    })
    expect(all.filter(({ name, role = '' }) => /[@<>()[\]*]/.test(name + role))).toEqual([])
  })
})
