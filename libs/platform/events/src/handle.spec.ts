import { describe, expect, test } from '@jest/globals'
import { OutcomeUnknown, Refusal, Unavailable } from './errors.ts'
import { house } from './example.fixture.ts'
import { Handle } from './handle.ts'
import { KeyRing } from './key-ring.ts'
import type { EventStore } from './ports.ts'
import { parseStored } from './recorded.ts'

const refusedWith = (code: string) => expect.objectContaining({ code })

async function written(body = 'Once upon a time', more = {}) {
  const h = house()
  const shelf = await h.build()
  const first = await h.send('library.note', 'write', { engagement: shelf, mood: 'good', body }, more)
  return { ...h, shelf, first }
}
const eventsOf = async (h: Awaited<ReturnType<typeof written>>, id = h.first.id) =>
  (await h.store.read(`library.note-main~${id}`)).map(parseStored)

const portOf = (store: EventStore): EventStore => ({
  append: (...given) => store.append(...given),
  read: (...given) => store.read(...given),
  follow: (...given) => store.follow(...given),
  head: (...given) => store.head(...given),
  close: () => store.close(),
})

describe('handle', () => {
  test('BR-50 the same key and body again, in another spelling, answers the first result and records nothing', async () => {
    const h = await written('a', { key: 'K' })
    const again = await h.send('library.note', 'write', { body: 'a', mood: 'good', engagement: h.shelf }, { key: 'K' })
    expect(again).toEqual({ ...h.first, replayed: true })
    expect(await eventsOf(h)).toHaveLength(1)
  })

  test('BR-50 the same key with another body is refused', async () => {
    const h = await written('a', { key: 'K' })
    await expect(
      h.send('library.note', 'write', { engagement: h.shelf, mood: 'good', body: 'b' }, { key: 'K' }),
    ).rejects.toEqual(refusedWith('idempotency-key-reused'))
  })

  test('BR-50 twenty at once with one key make one batch of events', async () => {
    const h = house()
    const shelf = await h.build()
    const all = await Promise.all(
      Array.from({ length: 20 }, () =>
        h.send('library.note', 'write', { engagement: shelf, mood: 'good', body: 'a' }, { key: 'K' }),
      ),
    )
    expect(new Set(all.map((o) => `${o.id} ${o.revision} ${o.position}`)).size).toBe(1)
    expect(await h.store.read(`library.note-main~${all[0]!.id}`)).toHaveLength(1)
  })

  test('§3 on a conflict it reads and decides again: twenty different commands on one stream are all recorded', async () => {
    const h = await written()
    const send = () =>
      Promise.all(Array.from({ length: 8 }, () => h.send('library.note', 'remark', { text: 'x' }, { id: h.first.id })))
    await send()
    expect(await eventsOf(h)).toHaveLength(9)
  })

  test('§3 a decision without events leaves no trace and answers the stream’s last', async () => {
    const h = await written()
    const nothing = await h.send('library.note', 'remark', { text: 'x', times: 0 }, { id: h.first.id })
    expect(nothing).toEqual({ ...h.first, events: 0, replayed: false })
  })

  test('§3 a command of several events answers the revision of its last, also when repeated after others', async () => {
    const h = await written()
    const three = await h.send('library.note', 'remark', { text: 'x', times: 3 }, { id: h.first.id, key: 'three' })
    await h.send('library.note', 'remark', { text: 'y' }, { id: h.first.id })
    const again = await h.send('library.note', 'remark', { text: 'x', times: 3 }, { id: h.first.id, key: 'three' })
    expect(three).toMatchObject({ revision: 3, events: 3 })
    expect(again).toEqual({ ...three, replayed: true })
  })

  test('§3 If-Match is looked at only after the command id', async () => {
    const h = await written()
    const a = await h.send('library.note', 'remark', { text: 'x' }, { id: h.first.id, key: 'a', ifMatch: 0 })
    await expect(h.send('library.note', 'remark', { text: 'y' }, { id: h.first.id, ifMatch: 0 })).rejects.toEqual(
      refusedWith('revision-mismatch'),
    )
    expect(await h.send('library.note', 'remark', { text: 'x' }, { id: h.first.id, key: 'a', ifMatch: 0 })).toEqual({
      ...a,
      replayed: true,
    })
  })

  test('§3 an unknown id and another tenant’s answer alike, before anything is decided', async () => {
    const h = await written()
    for (const [tenant, id] of [
      ['main', '0192f0c1-7b7a-7c3e-8b8a-00000000dead'],
      ['other', h.first.id],
    ] as const)
      await expect(h.send('library.note', 'remark', { text: 'x' }, { tenant, id })).rejects.toEqual(
        refusedWith('not-found'),
      )
  })

  test('§3 a time-out repeats the same append with the same ids, and never decides again', async () => {
    const h = await written()
    const sent: string[] = []
    let fail = 2
    const append: typeof h.store.append = async (stream, events, expected) => {
      sent.push(events.map((e) => e.id + e.data).join())
      const stored = await h.store.append(stream, events, expected)
      if (fail-- > 0) throw fail === 1 ? new OutcomeUnknown('time-out') : new Unavailable('down')
      return stored
    }
    const store = { ...portOf(h.store), append }
    const handle = new Handle({
      store,
      keys: h.keys,
      registry: h.registry,
      clock: () => Temporal.Instant.from('2026-03-02T12:00:00Z'),
    })
    const outcome = await handle.handle({
      tenant: 'main',
      stream: 'library.note',
      decision: 'remark',
      id: h.first.id,
      body: { text: 'x' },
      key: 'r',
      source: 's',
      actor: { id: 's', kind: 'person', role: 'pm' },
    })
    expect(outcome).toMatchObject({ revision: 1, events: 1 })
    expect(sent).toHaveLength(3)
    expect(new Set(sent).size).toBe(1)
  })

  test('§2 what is personal is stored sealed, under the subject’s key, and bound to event and path', async () => {
    const h = await written('a secret of the shelf')
    const [event] = await eventsOf(h)
    expect(JSON.stringify(event)).not.toContain('a secret of the shelf')
    expect(event!.meta.subjects).toEqual([`engagement/${h.shelf}`])
    expect(event!.data['body']).toMatchObject({
      v: 1,
      kid: `engagement/${h.shelf}`,
      alg: 'A256GCM',
      of: [event!.id, '/body'],
    })
    expect(await h.keys.open('main', event!.data)).toMatchObject({ body: 'a secret of the shelf' })
    await expect(
      h.keys.open('main', { moved: { ...(event!.data['body'] as object), of: [event!.id, '/other'] } }),
    ).rejects.toEqual(refusedWith('corrupt'))
  })

  test('§11 a nested field is sealed for the person whom its own object names', async () => {
    const h = house()
    const shelf = await h.build()
    const anna = (await h.send('library.writer', 'name', { name: 'Anna' })).id
    const { id } = await h.send('library.note', 'write', {
      engagement: shelf,
      mood: 'bad',
      body: 'x',
      seen: [{ writer: anna, as: 'the narrator' }],
    })
    const [event] = (await h.store.read(`library.note-main~${id}`)).map(parseStored)
    expect(event!.data).toMatchObject({
      seen: [{ writer: anna, as: { kid: `writer/${anna}`, of: [event!.id, '/seen/0/as'] } }],
    })
  })

  test('§1 metadata: scope copied from the fact, basis by event id, correlation, visibility', async () => {
    const h = await written()
    const [event] = await eventsOf(h)
    const [built] = (await h.store.read(`library.shelf-main~${h.shelf}`)).map(parseStored)
    expect(event!.meta).toMatchObject({
      tenant: 'main',
      engagement: h.shelf,
      client: '0192f0c1-7b7a-7c3e-8b8a-00000000c11e',
      basis: [built!.id],
      visibility: 'client',
      correlation: event!.meta.commandId,
      occurredAt: '2026-03-02T12:00:00.000Z',
    })
    expect(event!.meta).not.toHaveProperty('causation')
  })

  test('§8 a command that names something that is not here is refused, whoever’s it is', async () => {
    const h = await written()
    const other = (await h.send('library.writer', 'name', { name: 'Ben' }, { tenant: 'other' })).id
    for (const by of [other, '0192f0c1-7b7a-7c3e-8b8a-00000000dead'])
      await expect(
        h.send('library.note', 'write', { engagement: h.shelf, by, mood: 'good', body: 'x' }),
      ).rejects.toEqual(refusedWith('reference-not-found'))
  })

  test('occurredAt may lie in the past, at most five minutes ahead, and not before the thing began; back-dated by more than the setting is late', async () => {
    const h = await written()
    const on = { id: h.first.id }
    const at = (occurredAt: string) => ({ ...on, occurred: { occurredAt } })
    await h.send('library.note', 'remark', { text: 'x' }, at('2026-03-02T12:05:00.000Z'))
    await expect(h.send('library.note', 'remark', { text: 'x' }, at('2026-03-02T12:05:00.001Z'))).rejects.toEqual(
      refusedWith('occurred-in-future'),
    )
    await expect(h.send('library.note', 'remark', { text: 'x' }, at('2026-03-02T11:59:59.999Z'))).rejects.toEqual(
      refusedWith('occurred-before-beginning'),
    )
    await h.send(
      'library.note',
      'remark',
      { text: 'x' },
      { ...on, occurred: { occurredAt: '2026-03-01T16:00:00.000Z', occurredOn: '2026-03-02', zone: 'Asia/Shanghai' } },
    )
    h.at('2026-03-20T12:00:00Z')
    await h.send('library.note', 'remark', { text: 'x' }, at('2026-03-13T12:00:00.000Z'))
    await h.send('library.note', 'remark', { text: 'x' }, at('2026-03-13T11:59:59.999Z'))
    expect((await eventsOf(h)).map((e) => e.meta.late)).toEqual([undefined, undefined, undefined, undefined, true])
  })

  test('a role that is not of the decision’s list is refused', async () => {
    const h = await written()
    await expect(
      h.send(
        'library.note',
        'remark',
        { text: 'x' },
        { id: h.first.id, actor: { id: 'a', kind: 'person', role: 'auditor' } },
      ),
    ).rejects.toEqual(refusedWith('forbidden'))
  })

  test('a command that does not fit its schema names every field', async () => {
    const h = await written()
    const error = await h
      .send('library.note', 'write', { engagement: 'x', mood: 'sad', body: '', more: 1 })
      .catch((e: Refusal) => e)
    expect((error as Refusal).code).toBe('invalid-command')
    expect(((error as Refusal).detail['errors'] as { path: string }[]).map((e) => e.path).sort()).toEqual([
      '/',
      '/body',
      '/engagement',
      '/mood',
    ])
  })

  test('§9 one address is one stream, whatever the command’s key; a released one begins another', async () => {
    const h = house()
    const anna = await h.send('library.writer', 'name', { name: 'Anna', mail: 'anna@x.example' })
    await expect(h.send('library.writer', 'name', { name: 'Anna', mail: 'anna@x.example' })).rejects.toEqual(
      refusedWith('already-named'),
    )
    await h.send('library.writer', 'leave', {}, { id: anna.id })
    const second = await h.send('library.writer', 'name', { name: 'Anna', mail: 'anna@x.example' })
    expect(second.id).not.toBe(anna.id)
  })

  test('§2 an event that destroys a key: it is gone when the command answers, readers get erased, and the command id alone decides repeats', async () => {
    const h = house()
    const anna = await h.send('library.writer', 'name', { name: 'Anna' }, { key: 'n' })
    const [named] = (await h.store.read(`library.writer-main~${anna.id}`)).map(parseStored)
    await h.send('library.writer', 'leave', {}, { id: anna.id, key: 'l' })
    expect(await h.port.get('main', `writer/${anna.id}`)).toMatchObject({ state: 'destroyed' })
    expect(await h.keys.open('main', named!.data)).toEqual({ name: { erased: true } })
    expect(await h.send('library.writer', 'name', { name: 'Anything' }, { key: 'n' })).toEqual({
      ...anna,
      replayed: true,
    })
    await expect(
      h.send('library.note', 'write', {
        engagement: await h.build(),
        mood: 'bad',
        body: 'x',
        seen: [{ writer: anna.id, as: 'y' }],
      }),
    ).rejects.toEqual(refusedWith('subject-erased'))
  })

  test('BR-50 a command sent twice at once is answered as recorded also by the one that comes to its key after the erasure', async () => {
    const h = house()
    const create = h.port.create.bind(h.port)
    const gone = Promise.withResolvers<void>()
    let first = true
    h.port.create = async (...args) => {
      if (first) {
        first = false
        await gone.promise
      }
      return create(...args)
    }
    const late = h.send('library.writer', 'name', { name: 'Anna' }, { key: 'n' })
    while (first) await new Promise((done) => setTimeout(done, 1))
    const anna = await h.send('library.writer', 'name', { name: 'Anna' }, { key: 'n' })
    await h.send('library.writer', 'leave', {}, { id: anna.id, key: 'l' })
    gone.resolve()
    expect(await late).toEqual({ ...anna, replayed: true })
  })

  test('§2 a key that is neither here nor destroyed is unavailable, never erased', async () => {
    const h = await written()
    const [event] = await eventsOf(h)
    const empty = new KeyRing({ ...h.port, get: async () => ({ state: 'absent' }) } as never)
    await expect(empty.open('main', event!.data)).rejects.toBeInstanceOf(Unavailable)
  })

  test('§3 a stream of 100: the folded state is opened for the decision and closed again', async () => {
    const h = await written()
    for (let n = 0; n < 100; n++) await h.send('library.note', 'correct', { body: `version ${n}` }, { id: h.first.id })
    await expect(h.send('library.note', 'remark', { text: 'x' }, { id: h.first.id })).rejects.toEqual(
      refusedWith('too-long'),
    )
    expect(JSON.stringify(await h.handle.folds.state('library.note', 'main', h.first.id))).not.toContain('version 99')
  })

  test('too large after encryption is refused before the append', async () => {
    const h = await written()
    await expect(
      h.send('library.note', 'write', {
        engagement: h.shelf,
        mood: 'good',
        body: 'x',
        seen: Array.from({ length: 1200 }, () => ({ writer: h.shelf, as: 'y'.repeat(100) })),
      }),
    ).rejects.toEqual(refusedWith('too-large'))
  })
})
