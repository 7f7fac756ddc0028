import { afterEach, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { context, serve } from './context.ts'
import { decision } from './decision.ts'
import { derive } from './derivation.ts'
import { event, stream } from './event.ts'
import { date, ref, text } from './fields.ts'
import { foldingsOf, logFolding } from './folding.ts'
import { house, library, noteCorrected, noteRemarked, noteWritten, shelfFact } from './example.fixture.ts'
import { measure, percentile, share, type Figure, type Figures, type Wanted } from './measure.ts'
import { Measures } from './measures.ts'
import { Projection } from './projection.ts'
import { readModel } from './read-model.ts'
import { parseStored } from './recorded.ts'

// A summary of a shelf that cites how many of its notes are in a good mood, and a note's remarks.

const moods = readModel({
  name: 'moods',
  version: 3,
  summary: 'Moods.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [noteWritten, noteCorrected],
  evolve(doc: { mood: string; at: string; events: readonly string[] } | undefined, e) {
    return e.type === 'NoteWritten'
      ? { mood: e.data.mood, at: e.occurredAt, events: [e.id] }
      : { ...doc!, at: e.occurredAt, events: [...doc!.events, e.id] }
  },
  indexes: [[{ field: 'engagement', type: 'string' }]],
  list: { filters: {}, sort: { field: 'engagement', direction: 'asc' } },
})
const remarks = readModel({
  name: 'remarks',
  version: 1,
  summary: 'Remarks.',
  scope: 'engagement',
  indexes: moods.indexes,
  list: { filters: {}, sort: moods.list.sort },
  audience: ['internal'],
  on: [noteRemarked],
  evolve: (doc: { count: number } | undefined, _) => ({ count: (doc?.count ?? 0) + 1 }),
})
const goodMood = measure({
  name: 'good-mood',
  version: 2,
  words: { en: 'good mood', zh: '好心情' },
  unit: 'ratio',
  models: { moods },
  compute({ moods }, { from, to, now }) {
    const inside = moods.filter(({ at }) => String(at) >= from && String(at) < to && String(at) <= now)
    return {
      value: share(inside.filter(({ mood }) => mood === 'good').length, inside.length),
      n: inside.length,
      events: inside.flatMap(({ events }) => events as string[]).sort(),
    }
  },
})
const remarked = measure({
  ...goodMood,
  name: 'remarked',
  models: { remarks },
  compute: ({ remarks }) => ({ value: String(remarks.length), n: remarks.length, events: [] }),
})

const figure = z.custom<Figure>()
const cited = event(
  'ShelfSummarised',
  1,
  { day: date(), asOf: text(30), figures: z.array(figure) },
  { visibility: 'internal', say: { en: 'was summed up', zh: '已汇总' }, publish: 'none', evolve: (_: object) => ({}) },
)
const summary = stream<object>('library.summary', {
  initial: {},
  events: [cited],
  scope: { level: 'engagement', fact: shelfFact },
  plural: 'summaries',
})
const summarise = decision(summary, 'summarise', {
  summary: 'Sums a shelf up.',
  creates: true,
  rules: [],
  roles: ['pm'],
  command: { engagement: ref('library.shelf'), day: date() },
  errors: {},
  example: {},
  figures: ({ day }) => ({ measures: ['good-mood'], from: day, to: day, audience: 'internal' }),
  decide: (_, { day }, { figures, now }) => [cited({ day, asOf: now.toString(), figures: Object.values(figures) })],
})
const contexts = [
  context({
    name: 'library',
    streams: [...library.streams, serve(summary, [summarise])],
    readModels: [moods, remarks],
    measures: [goodMood, remarked],
  }),
]

let ended: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ended.map((end) => end()))
  ended = []
})

async function measured() {
  let asked: Measures | undefined
  const h = house('2026-03-02T02:00:00Z', contexts, {
    figures: (...given) => asked!.forDecision(...given),
  })
  const projection = new Projection({
    store: h.store,
    documents: h.documents,
    ops: h.ops,
    registry: h.registry,
    foldings: [logFolding, ...h.registry.models.flatMap((m) => foldingsOf(m, h.registry))],
  })
  await projection.start()
  ended.push(() => projection.stop())
  const measures = (asked = new Measures({ ...h, projection, zone: async () => 'Asia/Shanghai' }))
  const shelf = await h.build()
  const note = async (mood: string, occurredAt: string) =>
    (await h.send('library.note', 'write', { engagement: shelf, mood, body: 'x' }, { occurred: { occurredAt } })).id
  const reach = async () => expect(await projection.waitFor(await h.store.head([]), 2000)).toBe(true)
  const ask = async (
    wanted: Partial<Wanted> = {},
    ...asOf: [Parameters<Measures['ask']>[3]?, string?]
  ): Promise<Figures> => {
    await reach()
    const all = {
      measures: ['good-mood'],
      from: '2026-03-01',
      to: '2026-03-02',
      audience: 'internal',
      ...wanted,
    } as const
    return measures.ask('main', shelf, all, asOf[0], asOf[1])
  }
  const eventOf = async (id: string, n = 0) => (await h.store.read(`library.note-main~${id}`))[n]!.id
  const summarised = async () => {
    const { id } = await h.send('library.summary', 'summarise', { engagement: shelf, day: '2026-03-01' })
    const [stored] = await h.store.read(`library.summary-main~${id}`)
    const { figures, asOf } = parseStored(stored!).data as unknown as { figures: Figure[]; asOf: string }
    return { figure: figures[0]!, asOf }
  }
  const again = async (of: Figure, now: string) => {
    await reach()
    const wanted = { from: '2026-03-01', to: '2026-03-01', audience: 'internal' } as const
    return derive(measures, { tenant: 'main', engagement: shelf, wanted, now }, of)
  }
  return { ...h, projection, measures, shelf, note, ask, eventOf, reach, summarised, again }
}

describe('measures', () => {
  test('a figure has its value, n, the events behind it, the models it was made of and the last event', async () => {
    const h = await measured()
    const good = await h.note('good', '2026-03-02T01:00:00.000Z')
    const bad = await h.note('bad', '2026-03-02T01:30:00.000Z')
    const events = [await h.eventOf(good), await h.eventOf(bad)].sort()
    expect(await h.ask()).toEqual({
      'good-mood': {
        measure: 'good-mood',
        version: 2,
        models: ['moods.v3'],
        value: '0.5000',
        n: 2,
        events,
        last: await h.eventOf(bad),
      },
    })
  })

  test('of nothing there is no value', async () => {
    const h = await measured()
    expect((await h.ask())['good-mood']).toMatchObject({ value: null, n: 0, events: [] })
  })

  test('a day counts whole, in the zone of the engagement; an instant ends the period before itself', async () => {
    const h = await measured()
    // 2026-03-01 in Shanghai is 16:00 of the day before until 16:00.
    for (const at of ['2026-02-28T16:00:00.000Z', '2026-03-01T15:59:59.999Z', '2026-03-01T16:00:00.000Z'])
      await h.note('good', at)
    const n = async (from: string, to: string) => (await h.ask({ from, to }))['good-mood']!.n
    expect(await n('2026-03-01', '2026-03-01')).toBe(2)
    expect(await n('2026-02-28T16:00:00.000Z', '2026-03-01T15:59:59.999Z')).toBe(1)
    expect(await n('2026-03-01', '2026-03-02')).toBe(3)
  })

  test('as of the past it is what was known then, or what was true then, and its moment is that of the question', async () => {
    const h = await measured()
    await h.note('good', '2026-03-02T01:00:00.000Z')
    h.at('2026-03-05T00:00:00Z')
    await h.note('bad', '2026-03-02T01:30:00.000Z')
    const at = (clock: 'recorded' | 'occurred', before: string) => h.ask({}, { clock, before })
    expect((await at('recorded', '2026-03-03T00:00:00.000Z'))['good-mood']).toMatchObject({ value: '1.0000', n: 1 })
    expect((await at('occurred', '2026-03-03T00:00:00.000Z'))['good-mood']).toMatchObject({ value: '0.5000', n: 2 })
    expect((await at('occurred', '2026-03-02T00:30:00.000Z'))['good-mood']).toMatchObject({ n: 0 })
  })

  test('I-26 what is not for the client is not measured for the client', async () => {
    const h = await measured()
    await expect(h.ask({ measures: ['remarked'], audience: 'client' })).rejects.toMatchObject({ code: 'audience' })
    await expect(h.ask({ measures: ['nothing'] })).rejects.toMatchObject({ code: 'invalid-query' })
  })

  test('percentiles by nearest rank, shares with four places', () => {
    expect([50, 90, 100].map((p) => percentile([5, 1, 4, 2, 3, 10, 6, 8, 7, 9], p))).toEqual(['5', '9', '10'])
    expect([percentile([7], 50), percentile([7], 90), percentile([], 50)]).toEqual(['7', '7', null])
    expect([share(1, 3), share(0, 5), share(0, 0)]).toEqual(['0.3333', '0.0000', null])
  })
})

describe('figures of a decision', () => {
  test('I-25 a decision is given figures as of everything recorded so far, and no caller can post them', async () => {
    const h = await measured()
    const good = await h.note('good', '2026-03-01T01:00:00.000Z')
    const { figure, asOf } = await h.summarised()
    expect(figure).toMatchObject({
      value: '1.0000',
      n: 1,
      events: [await h.eventOf(good)],
      last: await h.eventOf(good),
    })
    expect(asOf).toBe('2026-03-02T02:00:00Z')
    const posted = { engagement: h.shelf, day: '2026-03-01', figures: [] }
    await expect(h.send('library.summary', 'summarise', posted)).rejects.toMatchObject({ code: 'invalid-command' })
  })

  test('where nobody answers figures the command is not decided; a repeated one is answered without asking', async () => {
    const lone = house('2026-03-02T02:00:00Z', contexts)
    const shelf = await lone.build()
    const body = { engagement: shelf, day: '2026-03-01' }
    await expect(lone.send('library.summary', 'summarise', body)).rejects.toMatchObject({ code: 'unavailable' })
    const h = await measured()
    const first = await h.send('library.summary', 'summarise', { ...body, engagement: h.shelf }, { key: 'K' })
    await h.projection.stop()
    expect(await h.send('library.summary', 'summarise', { ...body, engagement: h.shelf }, { key: 'K' })).toEqual({
      ...first,
      replayed: true,
    })
  })

  test('I-25 read models that lag behind answer no figure', async () => {
    const h = await measured()
    await h.reach()
    await h.projection.stop()
    await h.note('good', '2026-03-02T01:00:00.000Z')
    await expect(
      h.send('library.summary', 'summarise', { engagement: h.shelf, day: '2026-03-01' }),
    ).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('derive', () => {
  test('I-25 a figure comes out the same from the events up to its last one, whatever was recorded since', async () => {
    const h = await measured()
    await h.note('good', '2026-03-02T01:00:00.000Z')
    const { figure, asOf } = await h.summarised()
    h.at('2026-03-09T00:00:00Z')
    await h.note('bad', '2026-03-08T01:00:00.000Z')
    expect(await h.again(figure, asOf)).toMatchObject({ equal: true, changedBy: [], today: { value: figure.value } })
  })

  test('I-25 it names the later events that would change it now, each with what followed', async () => {
    const h = await measured()
    const good = await h.note('good', '2026-02-28T17:00:00.000Z')
    const { figure, asOf } = await h.summarised()
    h.at('2026-03-09T00:00:00Z')
    await h.note('good', '2026-03-08T01:00:00.000Z')
    const late = await h.note('bad', '2026-03-01T02:00:00.000Z')
    await h.send('library.note', 'correct', {}, { id: good, occurred: { occurredAt: '2026-03-08T00:00:00.000Z' } })
    const found = await h.again(figure, asOf)
    expect(found).toMatchObject({ equal: true, derived: { value: '1.0000', n: 1 }, today: { value: '0.0000', n: 1 } })
    expect(found.changedBy).toEqual([
      { event: await h.eventOf(late), value: '0.5000', n: 2 },
      { event: await h.eventOf(good, 1), value: '0.0000', n: 1 },
    ])
  })

  test('I-25 a figure that was tampered with is not equal; one of another version says why it cannot be made again', async () => {
    const h = await measured()
    await h.note('good', '2026-03-01T01:00:00.000Z')
    const { figure, asOf } = await h.summarised()
    expect(await h.again({ ...figure, value: '0.9000' }, asOf)).toMatchObject({ equal: false })
    expect(await h.again({ ...figure, events: [] }, asOf)).toMatchObject({ equal: false })
    for (const lost of [{ version: 1 }, { measure: 'gone' }, { last: h.shelf }]) {
      const { equal, why } = await h.again({ ...figure, ...lost }, asOf)
      expect([equal, typeof why]).toEqual([undefined, 'string'])
    }
  })
})
