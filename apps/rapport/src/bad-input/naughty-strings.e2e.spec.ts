import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rapportJson, rapportOk, root, scratch } from '../cli.fixture.ts'
import { portal, type Answered, type Http, type Portal } from '../http.fixture.ts'
import { served, type Served } from '../served.fixture.ts'
import { contentOf } from '../store.fixture.ts'

jest.setTimeout(300_000)

// The published list stands beside the repository where there is one; these are always there.
const file = join(root, '../shared/vectors/naughty-strings.json')
const published = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : []
const texts = [
  ...new Set([
    ...[
      'a\u0000b',
      '\u0000',
      '\u0001\u001b[31m\u007f\u0085',
      '\ufeffx',
      '\u2028\u2029',
      'e\u0301 é',
      'İıſK',
      '😀👩‍👩‍👧\u202e',
    ],
    ...['__proto__', '{"$ne":null}', "'; DROP TABLE events; --", '\\u0000', '%00', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', ' x ', '\t\r\n'],
    ...published,
  ]),
]
/** A name has at most 200 characters and is stored in the clear; a summary is sealed. */
const names = texts.filter((text) => text !== '' && text.length <= 200)
const summaries = texts.filter((text) => text !== '')

const folder = scratch('naughty')
const data = folder.path('data')
let house: Served
let http: Http
let place: Portal
const projects = new Map<string, string>()
const contacts = new Map<string, string>()

/** Eight at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const item of left) await work(item)
    }),
  )
}
const open = (name: string): Promise<Answered> =>
  http.post('/api/engagements/engagements', {
    ...{ client: place.client, manager: place.manager, name, start: '2026-01-05', zone: 'UTC' },
  })
const log = (summary: string): Promise<Answered> =>
  http.post('/api/communication/interactions', {
    ...{ engagement: place.engagement, channel: 'chat', direction: 'inbound', summary },
  })
/** By id, in the order of the ids. */
const sorted = (texts: Iterable<readonly [string, string]>): [string, string][] =>
  [...texts].map(([id, text]): [string, string] => [id, text]).sort(([a], [b]) => (a < b ? -1 : 1))

beforeAll(async () => {
  house = await served(data)
  http = await house.http('pm')
  place = await portal(http)
  await each(names, async (name) => {
    const { status, body } = await open(name)
    expect([name, status]).toEqual([name, 201])
    projects.set(body['id'] as string, name)
  })
  await each(summaries, async (summary) => {
    const { status, body } = await log(summary)
    expect([summary, status]).toEqual([summary, 201])
    contacts.set(body['id'] as string, summary)
  })
  await house.server.settled()
})
afterAll(() => folder.clean())

/** Every text within a value. */
const leaves = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(leaves)
      : []

/** What streams of a kind hold in a field, opened, straight from the store. */
const stored = (content: Awaited<ReturnType<typeof contentOf>>, kind: string, field: string): [string, string][] =>
  sorted(
    Object.entries(content)
      .filter(([stream]) => stream.startsWith(`${kind}-`))
      .map(([stream, [first]]) => {
        const { data } = first as { data: Record<string, string> }
        return [stream.split('~')[1]!, data[field]!] as const
      })
      .filter(([id]) => projects.has(id) || contacts.has(id)),
  )

describe(`${texts.length} texts that break things elsewhere${published.length > 0 ? '' : ' (the published list is not beside the repository)'}`, () => {
  test('the one that is empty is refused, where nothing is left out instead; so are halves of characters', async () => {
    const head = await house.server.folder.events.head([])
    for (const answer of [await open(''), await log('')])
      expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-command' } })
    for (const half of ['\\ud800', '\\udc00', 'x\\ud83d', '\\ude00\\ud83d'])
      expect(await http.post('/api/engagements/clients', `{"name":"${half}"}`)).toMatchObject({
        status: 400,
        body: { code: 'lone-surrogate' },
      })
    expect(await house.server.folder.events.head([])).toBe(head)
  })

  test('each comes out of the views as it went in, alone, in the list and found by itself', async () => {
    await each([...projects], async ([id, name]) => {
      expect(await http.view(`engagements/${id}`)).toMatchObject({ id, name })
      const found = await http.view<{ items: { id: string }[] }>(`engagements?name=${encodeURIComponent(name)}`)
      expect([name, found.items.map((item) => item.id)]).toEqual([name, [id]])
    })
    const listed: [string, string][] = []
    for (let cursor = ''; ;) {
      const page = await http.view<{ items: { id: string; summary: string }[]; cursor?: string }>(
        `interactions?engagement=${place.engagement}&limit=100${cursor}`,
      )
      listed.push(...page.items.map(({ id, summary }): [string, string] => [id, summary]))
      if (page.cursor === undefined) break
      cursor = `&cursor=${encodeURIComponent(page.cursor)}`
    }
    expect(sorted(listed)).toEqual(sorted(contacts))
    await each([...contacts], async ([id, summary]) => {
      expect(await http.view(`interactions/${id}`)).toMatchObject({ id, summary })
    })
  })

  test('each is in the timeline of its project', async () => {
    const told = new Set<string>()
    for (let cursor = ''; ;) {
      const page = await http.view<{ days: { entries: { streamId: string; texts: object }[] }[]; cursor?: string }>(
        `timeline?engagement=${place.engagement}&limit=500${cursor}`,
      )
      for (const { streamId, texts } of page.days.flatMap(({ entries }) => entries))
        for (const text of leaves(texts)) told.add(`${streamId} ${text}`)
      if (page.cursor === undefined) break
      cursor = `&cursor=${encodeURIComponent(page.cursor)}`
    }
    for (const [id, summary] of contacts) expect([summary, told.has(`${id} ${summary}`)]).toEqual([summary, true])
  })

  test('the store, `rapport events` and what is restored from a backup have each byte for byte', async () => {
    await house.server.close()
    const content = await contentOf(data, { ids: true })
    expect(stored(content, 'engagements.engagement', 'name')).toEqual(sorted(projects))
    expect(stored(content, 'communication.interaction', 'summary')).toEqual(sorted(contacts))
    const printed = async (at: string) =>
      (await rapportJson<{ stream: string; data: { name: string } }>(['events', '--data', at])).filter(
        ({ stream }) => stream.startsWith('engagements.engagement-') && !stream.endsWith(place.engagement),
      )
    const events = await printed(data)
    expect(sorted(events.map(({ stream, data }) => [stream.split('~')[1]!, data.name] as const))).toEqual(
      sorted(projects),
    )

    await rapportOk(['backup', folder.path('copy'), '--keys', folder.path('copy-keys'), '--data', data])
    const restored = folder.path('restored')
    await rapportOk(['restore', folder.path('copy'), '--keys', folder.path('copy-keys'), '--data', restored])
    expect(await contentOf(restored, { ids: true })).toEqual(content)
    expect(await printed(restored)).toEqual(events)
    // And once more through the read models, which are built anew.
    const again = await served(restored)
    const reader = await again.http('pm')
    for (const [id, name] of [...projects].slice(0, 100))
      expect(await reader.view(`engagements/${id}`)).toMatchObject({ id, name })
    for (const [id, summary] of [...contacts].slice(0, 100))
      expect(await reader.view(`interactions/${id}`)).toMatchObject({ id, summary })
    await again.server.close()
  })
})
