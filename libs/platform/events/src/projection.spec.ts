import { describe, expect, test } from '@jest/globals'
import { foldAsOf } from './as-of.ts'
import { house, library, notes } from './example.fixture.ts'
import { foldingsOf, logFolding } from './folding.ts'
import { HOUSE, START, type Documents } from './ports.ts'
import { Projection } from './projection.ts'
import { Registry } from './registry.ts'

const foldings = [logFolding, ...foldingsOf(notes, new Registry([library]))]
type House = ReturnType<typeof house>

const projectionOf = (h: House, more: object = {}) =>
  new Projection({ store: h.store, documents: h.documents, ops: h.ops, registry: h.registry, foldings, ...more })

async function projected(more: object = {}) {
  const h = house()
  const projection = projectionOf(h, more)
  await projection.start()
  const shelf = await h.build()
  return { ...h, projection, shelf }
}
type Projected = Awaited<ReturnType<typeof projected>>

async function note(h: Projected, body = 'x') {
  const { id } = await h.send('library.note', 'write', { engagement: h.shelf, mood: 'good', body })
  return id
}
const reach = async (h: Pick<Projected, 'store'> & { projection: Projection }) => {
  expect(await h.projection.waitFor(await h.store.head([]), 5000)).toBe(true)
}
async function texts(documents: Documents, collection: string): Promise<readonly string[]> {
  const all: string[] = []
  for await (const { tenant, id, position, text } of documents.scan(collection))
    all.push(`${tenant} ${id} ${position} ${text}`)
  return all
}

describe('projection', () => {
  test('BR-46 events that a model ignores move its position: lag 0, wait-for at once, nothing read again', async () => {
    const h = await projected()
    const id = await note(h)
    for (let n = 0; n < 200; n++) await h.send('library.writer', 'name', { name: `Writer ${n}` })
    await reach(h)
    expect(h.projection.lag()).toMatchObject({ reached: await h.store.head([]), caughtUp: true })
    await h.projection.stop()
    const read: string[] = []
    const again = projectionOf(h, {
      store: {
        ...h.store,
        read: h.store.read.bind(h.store),
        head: h.store.head.bind(h.store),
        follow: (o: Parameters<typeof h.store.follow>[0]) => (read.push(o.from), h.store.follow(o)),
      },
    })
    await again.start()
    expect(await again.waitFor(await h.store.head([]), 1000)).toBe(true)
    expect(read.every((from) => from === read[0] && from > START)).toBe(true)
    expect((await h.documents.get('main', again.collection('notes.v1.internal'), id))!.doc).toMatchObject({ events: 1 })
    await again.stop()
  })

  test('BR-48 a rebuild while events arrive counts each once, leaves the other models alone, and twice gives the same bytes', async () => {
    const h = await projected()
    const id = await note(h)
    let going = true
    const writing = (async () => {
      for (let n = 0; going && n < 90; n++) await h.send('library.note', 'remark', { text: 'x' }, { id })
    })()
    const log = h.projection.collection(logFolding.name)
    const before = h.projection.collection('notes.v1.internal')
    await h.projection.rebuild('notes')
    going = false
    await writing
    await reach(h)
    expect(h.projection.collection('notes.v1.internal')).not.toBe(before)
    expect(h.projection.collection(logFolding.name)).toBe(log)
    const once = await texts(h.documents, h.projection.collection('notes.v1.internal'))
    const events = (await h.store.read(`library.note-main~${id}`)).length
    expect(once.join()).toContain(`"events":${events}`)
    await h.projection.rebuild('notes')
    expect(await texts(h.documents, h.projection.collection('notes.v1.internal'))).toEqual(once)
    expect(await h.documents.collections()).not.toContain(before)
    await h.projection.stop()
  })

  test('a collection is filled first and indexed then: when it has caught up, and before it takes the place of another', async () => {
    const h = house()
    const shelf = await h.build()
    const made: string[] = []
    const indexes = new Map<string, 'now' | 'later' | undefined>()
    const recorded = (collection: string): Promise<number> =>
      Array.fromAsync(h.documents.scan(collection)).then(({ length }) => length)
    const asked: Partial<Documents> = {
      declare: (collection, when) => {
        indexes.set(collection.name, when)
        return h.documents.declare(collection)
      },
      index: async (collection) => {
        made.push(`${collection} of ${await recorded(collection)}`)
        await h.documents.index(collection)
      },
    }
    const documents = new Proxy<Documents>(h.documents, {
      get: (target, name: keyof Documents) => asked[name] ?? target[name].bind(target),
    })
    for (let n = 0; n < 3; n++) await h.send('library.note', 'write', { engagement: shelf, mood: 'good', body: 'x' })
    const projection = projectionOf(h, { documents })
    await projection.start()
    await reach({ ...h, projection })
    const [log, first] = [projection.collection(logFolding.name), projection.collection('notes.v1.internal')]
    expect(made).toEqual(expect.arrayContaining([`${log} of ${await recorded(log)}`, `${first} of 3`]))
    const before = made.length
    await h.send('library.note', 'write', { engagement: shelf, mood: 'good', body: 'x' })
    await reach({ ...h, projection })
    expect(made).toHaveLength(before)
    await projection.rebuild('notes')
    const built = projection.collection('notes.v1.internal')
    expect(made.slice(before)).toContain(`${built} of 4`)
    expect(new Set(indexes.values())).toEqual(new Set(['later']))
    await projection.stop()
  })

  test('rebuilds of a model that are asked for at once come one after the other', async () => {
    const h = await projected()
    const id = await note(h)
    const asked = Array.from({ length: 3 }, () => h.projection.rebuild('notes'))
    await h.send('library.note', 'remark', { text: 'x' }, { id })
    await Promise.all(asked)
    await reach(h)
    expect(h.projection.lag()).not.toHaveProperty('stopped')
    const live = h.projection.collection('notes.v1.internal')
    expect((await h.documents.get('main', live, id))!.doc).toMatchObject({ events: 2 })
    expect((await h.documents.collections()).filter((name) => name.startsWith('notes.v1.internal'))).toEqual([live])
    await h.projection.stop()
  })

  test('audience: the client’s instance folds only what the client may see', async () => {
    const h = await projected()
    const id = await note(h)
    await h.send('library.note', 'remark', { text: 'internal' }, { id })
    await reach(h)
    const events = async (audience: string) =>
      (await h.documents.get('main', h.projection.collection(`notes.v1.${audience}`), id))!.doc
    expect(await events('internal')).toMatchObject({ events: 2 })
    expect(await events('client')).toMatchObject({ events: 1 })
    await h.projection.stop()
  })

  test('§4 another store under the same documents (restored, replaced) is noticed, and the models are built anew', async () => {
    const h = await projected()
    await note(h)
    await reach(h)
    await h.projection.stop()
    const other = house()
    const shelf = await other.build()
    const { id } = await other.send('library.note', 'write', { engagement: shelf, mood: 'bad', body: 'y' })
    const projection = projectionOf({ ...other, documents: h.documents, ops: h.ops })
    await projection.start()
    expect(await projection.waitFor(await other.store.head([]), 1000)).toBe(true)
    const all = await texts(h.documents, projection.collection('notes.v1.internal'))
    expect(all).toHaveLength(1)
    expect(all[0]).toContain(id)
    await projection.stop()
  })

  test('§5 of two projections on the same documents one stands by, and goes on when the other ends', async () => {
    const h = await projected()
    const second = projectionOf(h)
    await second.start()
    const id = await note(h)
    for (let n = 0; n < 20; n++) await h.send('library.note', 'remark', { text: 'x' }, { id })
    await reach(h)
    await h.projection.stop()
    await h.send('library.note', 'remark', { text: 'x' }, { id })
    expect(await second.waitFor(await h.store.head([]), 5000)).toBe(true)
    expect((await h.documents.get('main', second.collection('notes.v1.internal'), id))!.doc).toMatchObject({
      events: 22,
    })
    await second.stop()
  })

  test('§1 an unknown type in a subscribed stream stops the runner and says so', async () => {
    let stopped: unknown
    const h = await projected({ onStopped: (error: unknown) => (stopped = error) })
    const [built] = await h.store.read(`library.shelf-main~${h.shelf}`)
    await h.store.append(
      `library.note-main~${h.shelf}`,
      [{ id: '0192f0c1-7b7a-7c3e-8b8a-0000000000ff', type: 'NoteEaten', metadata: built!.metadata, data: '{}' }],
      'none',
    )
    expect(await h.projection.waitFor(await h.store.head([]), 300)).toBe(false)
    expect(stopped).toMatchObject({ code: 'corrupt' })
    expect(h.projection.lag().stopped).toContain('NoteEaten')
    await h.projection.stop()
  })

  test('a killed rebuild leaves nothing that is served: its collection goes at the next start', async () => {
    const h = await projected()
    await note(h)
    await reach(h)
    await h.projection.stop()
    await h.documents.declare({ name: 'notes.v1.internal.g99', indexes: notes.indexes })
    const again = projectionOf(h)
    await again.start()
    expect(await h.documents.collections()).not.toContain('notes.v1.internal.g99')
    expect((await h.ops.get(HOUSE, 'read-model/notes.v1.internal'))?.value).toEqual({
      collection: again.collection('notes.v1.internal'),
    })
    await again.stop()
  })

  test('§7 the past is a fold over the log: as of now it equals what is live, byte for byte', async () => {
    const h = await projected()
    const id = await note(h)
    await h.send('library.note', 'correct', { body: 'z' }, { id })
    await reach(h)
    const past = {
      documents: h.documents,
      registry: h.registry,
      tenant: 'main',
      log: h.projection.collection(logFolding.name),
    }
    const folding = foldings[1]!
    const then = await foldAsOf(past, folding, [h.shelf], { clock: 'recorded', before: '2030-01-01T00:00:00.000Z' })
    expect(await texts(then, folding.name)).toEqual(await texts(h.documents, h.projection.collection(folding.name)))
    await h.projection.stop()
  })
})
