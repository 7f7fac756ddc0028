import { describe, expect, test } from '@jest/globals'
import { house, notes, pm, shelfFact } from '../example.fixture.ts'
import { foldingsOf, logFolding } from '../folding.ts'
import { Projection } from '../projection.ts'
import { createViews, type Ask } from './index.ts'

async function asked() {
  const h = house('2026-03-02T10:00:00Z')
  const projection = new Projection({
    store: h.store,
    documents: h.documents,
    ops: h.ops,
    registry: h.registry,
    foldings: [logFolding, ...foldingsOf(notes, h.registry)],
  })
  await projection.start()
  const shelf = await h.build()
  const views = createViews({
    store: h.store,
    documents: h.documents,
    keys: h.keys,
    registry: h.registry,
    projection,
    member: async (actor, _, scope) => actor.role !== 'client' || actor.stakeholder === scope.engagement,
    engagement: async (tenant, id) =>
      (await h.handle.folds.fact(tenant, { fact: shelfFact, id, asOf: 'now' }, { occurredAt: '' }))?.state,
  })
  const ask = async (name: string, params: Record<string, string>, more: Partial<Ask> = {}) => {
    await projection.waitFor(await h.store.head([]), 2000)
    return (await views.find((v) => v.name === name)!.ask({ tenant: 'main', actor: pm, params, ...more })).body as never
  }
  const write = async (body: string, occurredAt?: string) =>
    (
      await h.send(
        'library.note',
        'write',
        { engagement: shelf, mood: 'good', body },
        occurredAt === undefined ? {} : { occurred: { occurredAt } },
      )
    ).id
  const bodies = async (params: Record<string, string> = {}, more: Partial<Ask> = {}) =>
    ((await ask('notes', { engagement: shelf, ...params }, more)) as { items: { body: unknown }[] }).items.map(
      (i) => i.body,
    )
  return { ...h, projection, shelf, ask, write, bodies }
}
const code = (value: string) => expect.objectContaining({ code: value })
type Timeline = {
  days: { day: string; label: string; entries: { sentence: string; texts: string[]; occurredAt: string }[] }[]
  cursor?: string
}

describe('views', () => {
  test('BR-71 a change is there at its own instant and not a millisecond before', async () => {
    const h = await asked()
    await h.write('x')
    expect(await h.bodies({ asOf: '2026-03-02T10:00:00.000Z' })).toEqual(['x'])
    expect(await h.bodies({ asOf: '2026-03-02T09:59:59.999Z' })).toEqual([])
  })

  test('BR-71 recorded at 12:00, happened at 09:00: as of 11:00 the recorded clock does not know it, the occurred clock has it', async () => {
    const h = await asked()
    h.at('2026-03-02T12:00:00Z')
    await h.write('x', '2026-03-02T09:00:00.000Z')
    expect(await h.bodies({ asOf: '2026-03-02T11:00:00Z', clock: 'recorded' })).toEqual([])
    expect(await h.bodies({ asOf: '2026-03-02T11:00:00Z', clock: 'occurred' })).toEqual(['x'])
  })

  test('BR-69 the same instant in another zone is the same bound; a day of a Shanghai engagement ends at 16:00 UTC', async () => {
    const h = await asked()
    h.at('2026-04-30T00:00:00Z')
    await h.write('first', '2026-04-20T02:37:39.012Z')
    await h.write('second', '2026-04-20T02:37:39.013Z')
    await h.write('next day', '2026-04-20T16:00:00.000Z')
    for (const asOf of ['2026-04-20T02:37:39.012Z', '2026-04-20T07:37:39.012+05:00'])
      expect(await h.bodies({ asOf, clock: 'occurred' })).toEqual(['first'])
    expect(await h.bodies({ asOf: '2026-04-20', clock: 'occurred' })).toEqual(['first', 'second'])
    expect(await h.bodies({ asOf: '2026-04-19', clock: 'occurred' })).toEqual([])
  })

  test('§7 a correction that gives a date moves the event and itself on the occurred clock, also back again', async () => {
    const h = await asked()
    h.at('2026-03-10T12:00:00Z')
    const id = await h.write('x', '2026-03-09T12:00:00.000Z')
    const fix = (occurredAt: string) =>
      h.send('library.note', 'correct', { body: 'y' }, { id, occurred: { occurredAt } })
    await fix('2026-03-03T12:00:00.000Z')
    expect(await h.bodies({ asOf: '2026-03-04', clock: 'occurred' })).toEqual(['y'])
    await fix('2026-03-08T12:00:00.000Z')
    expect(await h.bodies({ asOf: '2026-03-04', clock: 'occurred' })).toEqual([])
    expect(await h.bodies({ asOf: '2026-03-08', clock: 'occurred' })).toEqual(['y'])
    await h.send('library.note', 'correct', { body: 'without a date' }, { id })
    expect(await h.bodies({ asOf: '2026-03-08', clock: 'occurred' })).toEqual(['without a date'])
  })

  test('§7 an event id and a position are accepted on the recorded clock', async () => {
    const h = await asked()
    const first = await h.write('first')
    const [stored] = await h.store.read(`library.note-main~${first}`)
    await h.write('second')
    for (const asOf of [stored!.id, stored!.position]) expect(await h.bodies({ asOf })).toEqual(['first'])
    for (const asOf of ['0192f0c1-7b7a-7c3e-8b8a-00000000dead', 'yesterday', '2026-02-30', '-2012'])
      await expect(h.bodies({ asOf })).rejects.toEqual(code('as-of-invalid'))
    // Of a store that gives wider ones, and one that this store has not given yet.
    const { position } = stored!
    for (const asOf of [position.padStart(position.length + 20, '0'), position.replace(/^0/, '9')])
      await expect(h.bodies({ asOf })).rejects.toEqual(code('as-of-invalid'))
    await expect(h.bodies({ asOf: stored!.id, clock: 'occurred' })).rejects.toEqual(code('as-of-invalid'))
  })

  test('§5 pages: a cursor goes on where the page ended, and is of its own query only', async () => {
    const h = await asked()
    for (let n = 0; n < 7; n++) await h.write(`n${n}`)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = (await h.ask('notes', { engagement: h.shelf, limit: '3', ...(cursor && { cursor }) })) as {
        items: { body: string }[]
        cursor?: string
      }
      seen.push(...page.items.map((i) => i.body))
      cursor = page.cursor ?? cursor
      if (page.cursor === undefined) break
    } while (seen.length < 50)
    expect(seen.sort()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6'])
    for (const bad of [
      cursor!.slice(1),
      'x',
      Buffer.from('{"m":{"$gt":""}}').toString('base64url'),
      Buffer.from('[]').toString('base64url'),
    ])
      await expect(h.bodies({ cursor: bad })).rejects.toEqual(code('cursor-invalid'))
    await expect(h.bodies({ cursor: cursor!, mood: 'bad' })).rejects.toEqual(code('cursor-invalid'))
    const stale = Buffer.from(Buffer.from(cursor!, 'base64url').toString().replace('notes.v1', 'notes.v0')).toString(
      'base64url',
    )
    await expect(h.bodies({ cursor: stale })).rejects.toEqual(code('cursor-stale'))
  })

  test('wait-for: a position that is reached answers, one that is not is told with the lag, a malformed one is refused', async () => {
    const h = await asked()
    await h.write('x')
    const head = await h.store.head([])
    expect(await h.bodies({}, { waitFor: head })).toEqual(['x'])
    for (const none of [head.replace(/^./, '9'), 'soon'])
      await expect(h.bodies({}, { waitFor: none })).rejects.toEqual(code('invalid-position'))
    const paused = Promise.withResolvers<void>()
    const pausing = h.projection.pause(() => paused.promise)
    await h.write('y')
    const next = await h.store.head([])
    await expect(h.bodies({}, { waitFor: next })).rejects.toMatchObject({
      code: 'lagging',
      detail: { lag: { reached: head, wanted: next } },
    })
    paused.resolve()
    await pausing
  })

  test('an engagement of another tenant, or one that the client is no member of, answers like none at all', async () => {
    const h = await asked()
    await h.write('x')
    const client = { id: 'c', kind: 'person', role: 'client', stakeholder: h.shelf } as const
    expect(await h.bodies({}, { actor: client })).toEqual(['x'])
    await expect(h.bodies({}, { actor: { ...client, stakeholder: pm.id } })).rejects.toEqual(code('not-found'))
    await expect(h.bodies({}, { tenant: 'other' })).rejects.toEqual(code('not-found'))
    await expect(h.bodies({ engagement: pm.id })).rejects.toEqual(code('not-found'))
    await expect(h.ask('log', {}, { actor: client })).rejects.toEqual(code('forbidden'))
  })

  test('unknown, missing and malformed parameters are named', async () => {
    const h = await asked()
    await expect(h.bodies({ owner: 'x' })).rejects.toMatchObject({
      code: 'invalid-query',
      detail: { errors: [{ parameter: 'owner' }] },
    })
    // No note has such a mood: an empty page would say that there are none to see to.
    await expect(h.bodies({ mood: 'cheerful' })).rejects.toMatchObject({
      code: 'invalid-query',
      detail: { errors: [{ parameter: 'mood' }] },
    })
    await expect(h.bodies({ limit: '501' })).rejects.toMatchObject({
      code: 'invalid-query',
      detail: { errors: [{ parameter: 'limit' }] },
    })
    await expect(h.ask('notes', {})).rejects.toMatchObject({
      code: 'invalid-query',
      detail: { errors: [{ parameter: 'engagement' }] },
    })
  })

  test('timeline: sentences in both languages, names resolved, grouped by the day of the engagement’s zone; erased names read so', async () => {
    const h = await asked()
    const anna = (await h.send('library.writer', 'name', { name: 'Anna' })).id
    h.at('2026-03-02T17:00:00Z')
    await h.send('library.note', 'write', { engagement: h.shelf, by: anna, mood: 'bad', body: 'The text.' })
    const timeline = async (params = {}) => (await h.ask('timeline', { engagement: h.shelf, ...params })) as Timeline
    const en = await timeline()
    expect(en.days.map((d) => d.day)).toEqual(['2026-03-02', '2026-03-03'])
    expect(en.days[1]!.entries[0]).toMatchObject({ sentence: 'Anna wrote a bad note', texts: ['The text.'] })
    expect((await timeline({ lang: 'zh-CN' })).days[1]!.entries[0]!.sentence).toBe('Anna写了一条差的笔记')
    await h.send('library.writer', 'leave', {}, { id: anna })
    expect((await timeline()).days[1]!.entries[0]!.sentence).toBe('[erased] wrote a bad note')
  })

  test('timeline: the client sees what is for the client', async () => {
    const h = await asked()
    const id = await h.write('x')
    await h.send('library.note', 'remark', { text: 'internal' }, { id })
    const count = async (actor: Ask['actor']) =>
      ((await h.ask('timeline', { engagement: h.shelf }, { actor })) as Timeline).days.flatMap((d) => d.entries).length
    expect(await count(pm)).toBe(3)
    expect(await count({ ...pm, role: 'client', stakeholder: h.shelf })).toBe(2)
  })

  test('one document: its ETag is the revision of its stream, also in the past', async () => {
    const h = await asked()
    const id = await h.write('x')
    h.at('2026-03-05T10:00:00Z')
    await h.send('library.note', 'correct', { body: 'y' }, { id })
    expect(await h.ask('notes', {}, { id })).toMatchObject({ id, body: 'y', revision: '1' })
    expect(await h.ask('notes', { asOf: '2026-03-04' }, { id })).toMatchObject({ body: 'x', revision: '0' })
    for (const absent of [pm.id, 'undefined', '[object Object]'])
      await expect(h.ask('notes', {}, { id: absent })).rejects.toEqual(code('not-found'))
  })

  test('one document: its own engagement says who may see it and in which zone a date counts', async () => {
    const h = await asked()
    h.at('2026-03-05T15:59:59Z')
    const id = await h.write('x')
    h.at('2026-03-05T16:00:00Z')
    await h.send('library.note', 'correct', { body: 'y' }, { id })
    expect(await h.ask('notes', { asOf: '2026-03-05' }, { id })).toMatchObject({ body: 'x' })
    const client = { id: 'c', kind: 'person', role: 'client', stakeholder: h.shelf } as const
    expect(await h.ask('notes', {}, { id, actor: client })).toMatchObject({ body: 'y' })
    for (const [params, actor] of [
      [{}, { ...client, stakeholder: pm.id }],
      [{ engagement: pm.id }, pm],
      [{ engagement: await h.build() }, pm],
    ] as const)
      await expect(h.ask('notes', params, { id, actor })).rejects.toEqual(code('not-found'))
  })
})
