import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { Unavailable } from './errors.ts'
import { house, library, notes } from './example.fixture.ts'
import { foldingsOf, logFolding } from './folding.ts'
import { HOUSE, type Documents } from './ports.ts'
import { Projection, type ProjectionDeps } from './projection.ts'
import { Registry } from './registry.ts'

const foldings = [logFolding, ...foldingsOf(notes, new Registry([library]))]

let open: Projection[] = []
afterEach(async () => {
  await Promise.all(open.map((projection) => projection.stop()))
  open = []
})

/** The small house on documents that several processes have; each `start` is one of them. */
async function shared() {
  const h = house()
  const shelf = await h.build()
  const start = async (more: Partial<ProjectionDeps> = {}): Promise<Projection> => {
    const { store, documents, ops, registry } = h
    const projection = new Projection({
      store,
      documents,
      ops,
      registry,
      foldings,
      mode: 'shared',
      patience: { every: 5, patience: 60 },
      grace: 20,
      ...more,
    })
    open.push(projection)
    await projection.start()
    return projection
  }
  const write = async () => (await h.send('library.note', 'write', { engagement: shelf, mood: 'good', body: 'x' })).id
  const remark = async (id: string, n: number) => {
    for (let i = 0; i < n; i++) await h.send('library.note', 'remark', { text: 'x' }, { id })
  }
  const reached = async (p: Projection) => expect(await p.waitFor(await h.store.head([]), 10_000)).toBe(true)
  const counted = async (p: Projection, id: string) =>
    ((await h.documents.get('main', p.collection('notes.v1.internal'), id))!.doc as { events: number }).events
  return { ...h, start, write, remark, reached, counted }
}
async function texts(documents: Documents, collection: string): Promise<readonly string[]> {
  const all: string[] = []
  for await (const { id, position, text } of documents.scan(collection)) all.push(`${id} ${position} ${text}`)
  return all
}

describe('shared projection', () => {
  test('§5 one that only looks serves what another feeds, and wait-for is answered when that one has reached', async () => {
    const s = await shared()
    const looking = await s.start({ mode: 'observed' })
    expect(() => looking.collection('notes.v1.internal')).toThrow(Unavailable)
    const id = await s.write()
    expect(await looking.waitFor(await s.store.head([]), 30)).toBe(false)
    await s.start()
    await s.reached(looking)
    await s.remark(id, 3)
    await s.reached(looking)
    expect(await s.counted(looking, id)).toBe(4)
  })

  test('§5 of two, whoever loses stands by; it takes over when the other ends in order, and each event is counted once', async () => {
    const s = await shared()
    const one = await s.start({ patience: { every: 5, patience: 1_000_000 } })
    const id = await s.write()
    await s.reached(one)
    const two = await s.start({ patience: { every: 5, patience: 1_000_000 } })
    for (let n = 0; n < 5; n++) {
      await s.remark(id, 2)
      await s.reached(two)
      await s.reached(one)
    }
    await two.stop()
    await s.remark(id, 2)
    await s.reached(one)
    expect(await s.counted(one, id)).toBe(13)
  })

  test('§5 of two that begin at once on nothing, one builds; both serve what it builds and goes on to feed', async () => {
    const s = await shared()
    const ops = new Proxy(s.ops, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          if (name === 'set') await sleep(20)
          return (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(target, args)
        },
    })
    const one = await s.start({ ops, beat: 10 })
    await sleep(10)
    const two = await s.start({ ops, beat: 10 })
    const id = await s.write()
    for (const each of [one, two]) await s.reached(each)
    await s.remark(id, 3)
    for (const each of [one, two]) {
      await s.reached(each)
      expect(await s.counted(each, id)).toBe(4)
    }
    for (const { name } of foldings) expect(one.collection(name)).toBe(two.collection(name))
  })

  test('§5 one that hung while it built, and was taken over, puts nothing of its own into service when it wakes', async () => {
    const s = await shared()
    const id = await s.write()
    const wake = Promise.withResolvers<void>()
    let hung = 0
    const ops = new Proxy(s.ops, {
      get: (target, name) =>
        name !== 'set'
          ? (Reflect.get(target, name) as () => unknown).bind(target)
          : async (...args: Parameters<typeof target.set>) => {
              if (hung++ === 0) await wake.promise
              return target.set(...args)
            },
    })
    const one = await s.start({ ops, beat: 10 })
    while (hung === 0) await sleep(2)
    const two = await s.start()
    await s.reached(two)
    wake.resolve()
    await s.remark(id, 2)
    await s.reached(two)
    await s.reached(one)
    expect(await s.counted(one, id)).toBe(3)
    expect(await s.counted(two, id)).toBe(3)
    expect(one.collection('log.v1.internal')).toBe(two.collection('log.v1.internal'))
  })

  test('§5 one whose page takes longer than a standby waits is not taken over as long as it goes on', async () => {
    const s = await shared()
    const troubles: unknown[] = []
    // One write after the other, so that a page takes longer than each of them.
    let before: Promise<unknown> = Promise.resolve()
    const slow = (own: { writes: number }): Documents =>
      new Proxy(s.documents, {
        get: (target, name) =>
          name !== 'write'
            ? (Reflect.get(target, name) as () => unknown).bind(target)
            : async (...args: Parameters<Documents['write']>) => {
                if (args[0].length > 0) {
                  own.writes++
                  await (before = before.then(() => sleep(120)))
                }
                return target.write(...args)
              },
      })
    const [first, second] = [{ writes: 0 }, { writes: 0 }]
    const onTrouble = (error: unknown): void => void troubles.push(error)
    const two = await s.start({ documents: slow(second), patience: { every: 5, patience: 240 } })
    const id = await s.write()
    await s.reached(two)
    const one = await s.start({ documents: slow(first), beat: 10, onTrouble })
    while (first.writes === 0) {
      await s.remark(id, 1)
      await s.reached(two)
    }
    const stood = second.writes
    const counted = await s.counted(two, id)
    for (let n = 0; n < 3; n++) {
      await s.remark(id, 3)
      await s.reached(two)
    }
    expect(second.writes).toBe(stood)
    expect(await s.counted(one, id)).toBe(counted + 9)
    expect(troubles).toEqual([])
  })

  test('§5 one that hangs in the middle of a page is taken over; when it wakes it has lost, and nothing is counted twice', async () => {
    const s = await shared()
    const wake = Promise.withResolvers<void>()
    let hanging = false
    let hung = 0
    const documents = new Proxy(s.documents, {
      get: (target, name) =>
        name !== 'write'
          ? (Reflect.get(target, name) as () => unknown).bind(target)
          : async (...args: Parameters<Documents['write']>) => {
              if (hanging) {
                hung++
                await wake.promise
              }
              return target.write(...args)
            },
    })
    const one = await s.start({ documents })
    const id = await s.write()
    await s.reached(one)
    hanging = true
    await s.remark(id, 3)
    while (hung === 0) await sleep(2)
    const two = await s.start()
    await s.remark(id, 3)
    await s.reached(two)
    hanging = false
    wake.resolve()
    await s.remark(id, 3)
    await s.reached(two)
    await s.reached(one)
    expect(await s.counted(two, id)).toBe(10)
    expect(one.lag()).not.toHaveProperty('stopped')
  })

  test('an outage of the documents is waited for: nothing is lost or counted twice, and it does not stop', async () => {
    const s = await shared()
    let away = false
    const troubles: unknown[] = []
    const documents = new Proxy(s.documents, {
      get:
        (target, name) =>
        (...args: unknown[]) => {
          if (away) throw new Unavailable('no documents')
          return (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(target, args)
        },
    })
    const one = await s.start({ documents, onTrouble: (error) => troubles.push(error) })
    const id = await s.write()
    await s.reached(one)
    away = true
    await s.remark(id, 3)
    await sleep(50)
    away = false
    await s.remark(id, 1)
    await s.reached(one)
    expect(await s.counted(one, id)).toBe(5)
    expect(troubles.length).toBeGreaterThan(0)
    expect(one.lag()).not.toHaveProperty('stopped')
  })

  test('§5 a rebuild goes to the one that stands by: it takes over, builds anew, and the others serve the new one', async () => {
    const s = await shared()
    const one = await s.start()
    const looking = await s.start({ mode: 'observed' })
    const id = await s.write()
    await s.remark(id, 4)
    await s.reached(one)
    const two = await s.start({ patience: { every: 5, patience: 1_000_000 } })
    // The second takes over with the next page; the first stands by then.
    await s.remark(id, 1)
    await s.reached(two)
    await s.reached(one)
    await sleep(50)
    const before = one.collection('notes.v1.internal')
    const documents = await texts(s.documents, before)
    await s.reached(looking)
    await one.rebuild('notes')
    const after = one.collection('notes.v1.internal')
    expect(after).not.toBe(before)
    expect(await texts(s.documents, after)).toEqual(documents)
    while (looking.collection('notes.v1.internal') === before) await sleep(10)
    while ((await s.documents.collections()).includes(before)) await sleep(10)
    await expect(looking.rebuild('notes')).rejects.toThrow(Unavailable)
    await s.remark(id, 1)
    await s.reached(looking)
    expect(await s.counted(looking, id)).toBe(7)
  })

  test('a rebuild that is asked for at once after the start waits until there is something to rebuild', async () => {
    const s = await shared()
    const id = await s.write()
    const one = await s.start()
    await s.reached(one)
    await one.stop()
    const two = await s.start()
    expect(await two.rebuild('notes')).toBeGreaterThan(0)
    await s.reached(two)
    expect(await s.counted(two, id)).toBe(1)
  })

  test('a model that is new is served when it has reached the others, not before; a first build that was cut short goes on', async () => {
    const s = await shared()
    const id = await s.write()
    await s.remark(id, 5)
    const one = await s.start({ foldings: [logFolding] })
    await s.reached(one)
    await one.stop()
    let events = 0
    const dying = new Proxy(s.store, {
      get: (target, name) =>
        name !== 'follow'
          ? (Reflect.get(target, name) as () => unknown).bind(target)
          : async function* (options: Parameters<typeof s.store.follow>[0]) {
              for await (const page of target.follow(options)) {
                for (const event of page.events) {
                  if (events++ >= 3) throw new TypeError('killed')
                  yield { events: [event], position: event.position, caughtUp: false }
                }
              }
            },
    })
    const looking = await s.start({ mode: 'observed' })
    const stopped = Promise.withResolvers<unknown>()
    await s.start({ store: dying, onStopped: stopped.resolve })
    await stopped.promise
    await s.reached(looking)
    expect(() => looking.collection('notes.v1.internal')).toThrow(Unavailable)
    expect(looking.collection(logFolding.name)).toBe(`${logFolding.name}.g1`)
    const begun = (await s.documents.collections()).filter((name) => name.startsWith('notes.v1.internal'))
    const two = await s.start()
    while (!(await s.ops.get(HOUSE, 'read-model/notes.v1.internal'))) await sleep(5)
    await s.reached(two)
    expect([two.collection('notes.v1.internal')]).toEqual(begun)
    expect(await s.counted(two, id)).toBe(6)
  })
})
