import { afterEach, describe, expect, test } from '@jest/globals'
import { context } from '../context.ts'
import { house, library, noteCorrected, notes, noteWritten, pm, shelfFact } from '../example.fixture.ts'
import { foldingsOf, logFolding } from '../folding.ts'
import { Projection } from '../projection.ts'
import { readModel } from '../read-model.ts'
import { createViews, type Ask } from './index.ts'

const ages = readModel({
  name: 'ages',
  version: 1,
  summary: 'How old notes are.',
  scope: 'engagement',
  audience: ['internal', 'client'],
  on: [noteWritten, noteCorrected],
  evolve: (doc: { at: string; body: unknown; secret: string } | undefined, e) => ({
    body: e.data.body ?? doc?.body,
    at: e.occurredAt,
    secret: 'never told',
  }),
  async tell({ at, body }, { now, zone, audience, last }) {
    const newest = await last(notes, { mood: 'good' })
    return { at, body, now, zone, audience, newest: newest?.['at'] ?? '' }
  },
  indexes: [
    [
      { field: 'engagement', type: 'string' },
      { field: 'at', type: 'string' },
    ],
  ],
  list: { filters: {}, sort: { field: 'at', direction: 'asc' } },
})
const contexts = [context({ name: 'library', streams: library.streams, readModels: [notes, ages] })]

let ended: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ended.map((end) => end()))
  ended = []
})

async function asked() {
  const h = house('2026-03-02T10:00:00Z', contexts)
  const foldings = [logFolding, ...h.registry.models.flatMap((m) => foldingsOf(m, h.registry))]
  const projection = new Projection({ ...h, foldings })
  await projection.start()
  ended.push(() => projection.stop())
  const shelf = await h.build()
  const views = createViews({
    ...h,
    projection,
    member: async () => true,
    engagement: async (tenant, id) =>
      (await h.handle.folds.fact(tenant, { fact: shelfFact, id, asOf: 'now' }, { occurredAt: '' }))?.state,
  })
  const ask = async (params: Record<string, string>, more: Partial<Ask> = {}) => {
    await projection.waitFor(await h.store.head([]), 2000)
    return (await views.find((v) => v.name === 'ages')!.ask({ tenant: 'main', actor: pm, params, ...more })).body
  }
  const list = async (params: Record<string, string> = {}, more: Partial<Ask> = {}) =>
    ((await ask({ engagement: shelf, ...params }, more)) as { items: Record<string, unknown>[] }).items
  const write = async (mood = 'good') =>
    (await h.send('library.note', 'write', { engagement: shelf, mood, body: 'x' })).id
  return { ...h, shelf, ask, list, write }
}

describe('what a document says at a moment', () => {
  test('it is told as of now, in the zone of the engagement, opened, and only what it tells', async () => {
    const h = await asked()
    const id = await h.write()
    h.at('2026-03-05T10:00:00Z')
    const told = {
      id,
      at: '2026-03-02T10:00:00.000Z',
      body: 'x',
      now: '2026-03-05T10:00:00.000Z',
      zone: 'Asia/Shanghai',
      audience: 'internal',
      newest: '2026-03-02T10:00:00.000Z',
    }
    expect(await h.list()).toEqual([told])
    expect(await h.ask({}, { id })).toEqual({ ...told, position: expect.any(String) })
    expect(await h.list({}, { actor: { ...pm, role: 'client' } })).toMatchObject([{ audience: 'client' }])
  })

  test('as of the past its moment is that of the question, and so is what it looks up in another model', async () => {
    const h = await asked()
    await h.write()
    h.at('2026-03-04T10:00:00Z')
    const second = await h.write()
    await h.write('bad')
    const [stored] = await h.store.read(`library.note-main~${second}`)
    h.at('2026-03-09T10:00:00Z')
    const first = async (params: Record<string, string>) => {
      const [{ now, newest }] = (await h.list(params)) as [Record<string, unknown>]
      return [now, newest]
    }
    const [march2, march4] = ['2026-03-02T10:00:00.000Z', '2026-03-04T10:00:00.000Z']
    expect(await first({ asOf: '2026-03-03' })).toEqual(['2026-03-03T16:00:00.000Z', march2])
    for (const clock of ['recorded', 'occurred'])
      expect(await first({ asOf: '2026-03-05', clock })).toEqual(['2026-03-05T16:00:00.000Z', march4])
    expect(await first({ asOf: stored!.id })).toEqual([march4, march4])
    expect(await first({})).toEqual(['2026-03-09T10:00:00.000Z', march4])
  })
})
