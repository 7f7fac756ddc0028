import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { cpSync } from 'node:fs'
import { crashingAt } from '@rapport/testing'
import { openFolder } from '@rapport/sqlite'
import { rapport, rapportJson, rapportOk, scratch, started } from './cli.fixture.ts'
import { minutesMapping, noMinutes, writeMeetings, type Meeting } from './minutes.fixture.ts'
import { foundIn, piecesOf, random } from './secrecy.fixture.ts'
import { contentOf, withKeys } from './store.fixture.ts'

jest.setTimeout(300_000)

interface Summary {
  readonly rows: number
  readonly recorded: number
  readonly unchanged: number
  readonly rejected: number
  readonly events: number
}
interface Stored {
  readonly type: string
  readonly occurredAt: string
  readonly metadata: { readonly occurredOn?: string; readonly import?: { readonly reference?: string } }
  readonly data: { readonly attendees?: readonly unknown[]; readonly decisions?: readonly unknown[] }
}

const seed = Number(process.env['SECRECY_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const folder = scratch('minutes')
afterAll(() => folder.clean())
const file = folder.path('meetings.jsonl')
const data = folder.path('data')
let meetings: readonly Meeting[]
let first: Summary
const secrets = new Map<string, string>()

const imported = async (into: string): Promise<Summary> => (await rapportJson<Summary>(importInto(into))).at(-1)!
const importInto = (into: string): readonly string[] => [
  ...['import', 'communication', file, '--mapping', minutesMapping, '--data', into],
  ...['--rejected', folder.path('rejected.jsonl')],
]
/** A short name of plain letters is in any long enough code by chance: it is looked for as a text of its own. */
const needle = (text: string): string => (/^[\w-]{1,7}$/.test(text) ? JSON.stringify(text) : text)

beforeAll(async () => {
  meetings = writeMeetings(file)
  for (const { id, name, contact } of meetings.flatMap(({ attendees = [] }) => attendees)) {
    for (const text of [name, id, ...(contact === undefined ? [] : [contact])]) secrets.set(needle(text), 'a person')
    if (id.startsWith('@')) for (const text of [id, contact!]) secrets.set(needle(text.slice(1)), 'a handle')
  }
  const texts = meetings.map(({ minutes }) => minutes).filter((text) => text.length >= 30)
  for (const piece of piecesOf(texts, 200, random(seed))) secrets.set(piece, 'a piece of minutes')
  // The keys that a killed import begins with, too: ids follow from the tenant's secrets.
  const fresh = await openFolder(folder.path('secrets'))
  await fresh.keys.secrets('main', true)
  await fresh.close()
  cpSync(folder.path('secrets'), data, { recursive: true })
})

describe(`minutes of ${noMinutes === undefined ? 'the Node.js TSC' : `nobody (${noMinutes})`} (seed ${seed})`, () => {
  test('every one is a held meeting of its day, with its attendees, and an import of the same adds nothing', async () => {
    const server = await started(data)
    first = await imported(data)
    expect(first).toMatchObject({ rows: meetings.length, recorded: meetings.length, unchanged: 0, rejected: 0 })
    expect(await imported(data)).toMatchObject({ recorded: 0, unchanged: meetings.length, rejected: 0, events: 0 })
    const stored = await rapportJson<Stored>(['events', '--data', data])
    const of = (type: string): readonly Stored[] => stored.filter((event) => event.type === type)
    const held = of('MeetingHeld')
    // Rows that share nobody need not wait for one another.
    const told = held.map(({ data, metadata }) => [
      metadata.import!.reference,
      metadata.occurredOn,
      data.attendees!.length,
    ])
    expect(told.sort()).toEqual(meetings.map(({ file, date, attendees = [] }) => [file, date, attendees.length]).sort())
    const persons = new Set(meetings.flatMap(({ attendees = [] }) => attendees.map(({ id }) => id)))
    expect(of('PersonRegistered')).toHaveLength(persons.size + 1)
    expect(of('StakeholderAdded')).toHaveLength(persons.size)
    expect(of('MinutesRecorded')).toHaveLength(meetings.length)
    expect(first.events).toBe(4 + 2 * persons.size + 2 * meetings.length)
    if (noMinutes === undefined)
      expect({
        meetings: held.length,
        listed: held.filter(({ data }) => data.attendees!.length > 0).length,
        attendances: held.flatMap(({ data }) => data.attendees!).length,
        decisions: of('MinutesRecorded').flatMap(({ data }) => data.decisions!).length,
      }).toEqual({ meetings: 399, listed: 392, attendances: 3998, decisions: 21 })

    expect(foundIn([data], 10, secrets)).toEqual([])
    await rapportOk(['backup', folder.path('backup'), '--keys', folder.path('backup-keys'), '--data', data])
    expect(foundIn([folder.path('backup'), folder.path('backup-keys')], 4, secrets)).toEqual([])
    server.child.kill('SIGKILL')
    await server.ended
    expect(foundIn([data], 10, secrets)).toEqual([])
  })

  test.each([
    ['between the facts of a row', 'rapport.crash.inside-import', 300],
    ['after the COMMIT of a group, unanswered', 'rapport.crash.after-commit', 90],
  ])('killed %s, the import is run again and leaves the same store', async (_, point, nth) => {
    const killed = folder.path(point)
    await withKeys(folder.path('secrets'), killed)
    expect(await rapport(importInto(killed), { crash: crashingAt(point, nth) })).toMatchObject({ signal: 'SIGKILL' })
    const { recorded, unchanged, rejected } = await imported(killed)
    expect([recorded + unchanged, rejected]).toEqual([meetings.length, 0])
    expect(recorded).toBeGreaterThan(0)
    expect(await contentOf(killed)).toEqual(await contentOf(data))
    expect(foundIn([killed], 5, secrets)).toEqual([])
  })
})
