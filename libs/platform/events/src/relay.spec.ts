import { afterEach, describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { OutcomeUnknown, Unavailable } from './errors.ts'
import { house } from './example.fixture.ts'
import type { Message, Ops } from './ports.ts'
import { HOUSE } from './ports.ts'
import { Relay, resend, type RelayDeps } from './relay.ts'

const quick = { every: 5, patience: 60 }
let relays: Relay[] = []
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()))
  relays = []
})

/** The small house and a broker that keeps what it acknowledged; `before` may refuse, or hold up, a batch. */
async function telling() {
  const h = house()
  const shelf = await h.build()
  const topic: Message[] = []
  const broker = { before: async (_: readonly Message[]): Promise<void> => {}, after: async (): Promise<void> => {} }
  const publish = async (messages: readonly Message[]): Promise<void> => {
    await broker.before(messages)
    topic.push(...messages)
    await broker.after()
  }
  const start = (more: Partial<RelayDeps> = {}): Relay => {
    const relay = new Relay({
      store: h.store,
      messages: { publish },
      ops: h.ops,
      registry: h.registry,
      context: 'library',
      source: 'urn:rapport:store:s/0',
      patience: quick,
      pause: 1,
      look: 5,
      ...more,
    })
    relays.push(relay)
    relay.start()
    return relay
  }
  const write = async (n: number): Promise<string[]> => {
    const ids: string[] = []
    for (let i = 0; i < n; i++)
      ids.push((await h.send('library.note', 'write', { engagement: shelf, mood: 'good', body: `note ${i}` })).id)
    return ids
  }
  const ids = (): string[] => topic.map(({ headers }) => headers['ce_id']!)
  /** The public events that stand in the store, in its order. */
  const stored = async (): Promise<string[]> => {
    const done = new AbortController()
    for await (const page of h.store.follow({ from: '', prefixes: ['library.'], signal: done.signal })) {
      done.abort()
      return page.events.filter((e) => h.registry.published(h.registry.read(e)).length > 0).map(({ id }) => id)
    }
    return []
  }
  const drained = async (): Promise<void> => {
    const all = await stored()
    await until(() => new Set(ids()).size >= all.length)
  }
  return { ...h, topic, broker, start, write, ids, stored, drained }
}
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2)
}
const first = (ids: readonly string[]): string[] => [...new Set(ids)]
const checkpoint = async (ops: Ops) => (await ops.get(HOUSE, 'relay/library'))!.value as Record<string, unknown>

describe('relay', () => {
  test('§6 every public event is told once, in the order of the store, with the headers of CloudEvents', async () => {
    const t = await telling()
    const relay = t.start()
    await t.write(20)
    await t.drained()
    expect(t.ids()).toEqual(await t.stored())
    expect(t.topic[1]).toMatchObject({
      stream: 'library.note',
      headers: { ce_source: 'urn:rapport:store:s/0', ce_type: 'rapport.library.NoteWritten.v1' },
    })
    await relay.stop()
    expect(await checkpoint(t.ops)).toMatchObject({ reached: await t.store.head([]), released: true })
  })

  test('§6 while the broker is away nothing is lost or passed by, and one batch waits, not all', async () => {
    const t = await telling()
    let away = true
    let waiting = 0
    const troubles: unknown[] = []
    t.broker.before = async (messages) => {
      waiting = Math.max(waiting, messages.length)
      if (away) throw new Unavailable('no broker')
    }
    const relay = t.start({ onTrouble: (error) => troubles.push(error) })
    await t.write(30)
    await sleep(30)
    expect(t.ids()).toEqual([])
    expect(relay.status).toMatchObject({ trouble: 'unavailable: no broker' })
    expect(troubles).toHaveLength(1)
    away = false
    await t.drained()
    expect(first(t.ids())).toEqual(await t.stored())
    expect(waiting).toBeLessThan(31)
    await until(() => relay.status.trouble === undefined)
  })

  test('§6 a batch whose acknowledgement was lost is told again: repeats, no gap, no other order', async () => {
    const t = await telling()
    let lost = 2
    t.broker.after = async () => {
      if (lost-- > 0) throw new OutcomeUnknown('the answer was lost')
    }
    await t.write(5)
    t.start()
    await until(() => lost < 0)
    await t.drained()
    const all = await t.stored()
    expect(first(t.ids())).toEqual(all)
    expect(t.ids().length).toBeGreaterThan(all.length)
  })

  test('§5 of two relays one tells; when it ends in order the other takes over at once', async () => {
    const t = await telling()
    const one = t.start({ patience: { every: 5, patience: 1_000_000 } })
    await t.write(3)
    await t.drained()
    const two = t.start({ patience: { every: 5, patience: 1_000_000 } })
    await until(() => two.status.state === 'running')
    await t.write(3)
    await until(() => one.status.state === 'standby')
    await two.stop()
    await until(() => one.status.state === 'running')
    await t.write(3)
    await t.drained()
    expect(first(t.ids())).toEqual(await t.stored())
  })

  test('§5 a relay that stands still while the store has more is taken over; when it wakes it stands by, nothing is out of order', async () => {
    const t = await telling()
    const asleep = Promise.withResolvers<void>()
    let slept = 0
    const sleeping = {
      publish: async (messages: readonly Message[]) => {
        slept++
        await asleep.promise
        t.topic.push(...messages)
      },
    }
    const one = t.start({ messages: sleeping })
    await t.write(4)
    await until(() => slept > 0)
    const two = t.start()
    await t.drained()
    await t.write(4)
    await t.drained()
    asleep.resolve()
    await until(() => one.status.state === 'standby')
    await t.write(4)
    await t.drained()
    expect(first(t.ids())).toEqual(await t.stored())
    expect(two.status.state).toBe('running')
  })

  test('§4 a store that lacks what was told is refused, and says what to do; `resend` tells everything again', async () => {
    const t = await telling()
    const before = t.start()
    await t.write(3)
    await t.drained()
    await before.stop()
    const now = (await t.ops.get(HOUSE, 'relay/library'))!
    const value = now.value as { last: object }
    await t.ops.set(HOUSE, 'relay/library', { ...value, last: { ...value.last, id: 'of-another-store' } }, now.version)
    const refusing = t.start()
    await until(() => refusing.status.state === 'refused')
    expect(refusing.status.trouble).toContain('rapport relay resend library')
    const told = t.ids().length
    await resend(t.ops, 'library')
    await until(() => t.ids().length >= 2 * told)
    expect(t.ids().slice(told)).toEqual(await t.stored())
    expect(refusing.status.state).toBe('running')
  })

  test('`resend` lets a relay that has told everything begin anew, without anything new to tell', async () => {
    const t = await telling()
    const relay = t.start()
    await t.write(3)
    await t.drained()
    const told = t.ids().length
    await resend(t.ops, 'library')
    await until(() => t.ids().length >= 2 * told)
    expect(t.ids().slice(told)).toEqual(await t.stored())
    await t.write(1)
    await t.drained()
    expect(relay.status.state).toBe('running')
  })

  test('§5 an outage of Ops loses nothing: the checkpoint moves on when it answers again', async () => {
    const t = await telling()
    let away = false
    const ops: Ops = {
      get: async (...a) => (away ? Promise.reject(new Unavailable('no ops')) : t.ops.get(...a)),
      // Stored, but the answer is lost: whether it stands is found out by reading.
      set: async (...a) => {
        const set = await t.ops.set(...a)
        if (away) throw new OutcomeUnknown('no ops')
        return set
      },
      list: (...a) => t.ops.list(...a),
      close: async () => {},
    }
    const relay = t.start({ ops })
    await t.write(2)
    await t.drained()
    away = true
    await t.write(2)
    await sleep(50)
    away = false
    await t.write(2)
    await t.drained()
    expect(first(t.ids())).toEqual(await t.stored())
    expect(relay.status.state).toBe('running')
  })
})
