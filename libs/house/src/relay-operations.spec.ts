import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { MemoryOps, Relay, type Message } from '@rapport/events'
import { anId, OnMemory } from '@rapport/testing'
import { registry } from './house.ts'
import { relayOperations, type RelayPlace } from './relay-operations.ts'

let relays: Relay[] = []
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()))
  relays = []
})

/** The contexts of the product on memory, and a broker that keeps what it is told. */
function world({ relayed = true } = {}) {
  const memory = new OnMemory(registry.contexts)
  const ops = new MemoryOps()
  const told: string[] = []
  const publish = async (messages: readonly Message[]): Promise<void> => {
    told.push(...messages.map(({ headers }) => headers['ce_id']!))
  }
  const operations = relayOperations({ registry }, { events: memory.store, ops }, relayed)
  const run = <T>(name: string, body: object = {}): Promise<T> =>
    operations
      .find((operation) => operation.name === name)!
      .run({ tenant: 'main', actor: { id: anId(1), kind: 'person', role: 'operator' }, body }) as Promise<T>
  return {
    memory,
    told,
    run,
    operations,
    client: async (name: string) => memory.send(registry.decision('engagements.client', 'register')!, { name }),
    place: async (context = 'engagements') =>
      (await run<{ relays: readonly RelayPlace[] }>('relay-list')).relays.find((relay) => relay.context === context),
    start() {
      const relay = new Relay({
        store: memory.store,
        messages: { publish },
        ops,
        registry,
        context: 'engagements',
        source: 'urn:rapport:store:spec/0',
        patience: { every: 5, patience: 60 },
        pause: 1,
        look: 5,
      })
      relays.push(relay)
      relay.start()
      return relay
    },
  }
}

/** Waits for what has to become true; half a minute at most. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not become true: ${holds.toString()}`)
    await sleep(5)
  }
}

describe('the operations of relays', () => {
  test('list says where each context stands, and resend tells everything again with the same ids', async () => {
    const w = world()
    await w.client('Harbour')
    await w.client('Hospital')
    expect(await w.place()).toMatchObject({ state: 'none', reached: '', atHead: false })
    expect(await w.place('communication')).toMatchObject({ state: 'none', atHead: true })
    const relay = w.start()
    await until(async () => (await w.place())?.atHead === true)
    expect(w.told).toHaveLength(2)
    expect(await w.place()).toMatchObject({ state: 'running' })
    expect(await w.run('relay-resend', { context: 'engagements' })).toEqual({ context: 'engagements' })
    await until(() => w.told.length >= 4)
    await until(async () => (await w.place())?.atHead === true)
    expect(w.told.slice(2)).toEqual(w.told.slice(0, 2))
    await relay.stop()
    expect(await w.place()).toMatchObject({ state: 'released', atHead: true })
  })

  test('where the store lacks what was told, it is refused until it is told again', async () => {
    const before = world()
    await before.client('Harbour')
    const relay = before.start()
    await until(async () => (await before.place())?.atHead === true)
    await relay.stop()
    // The same Ops over a store that was replaced by an older copy.
    before.memory.store.log.all.length = 0
    before.memory.store.log.streams.clear()
    expect(await before.place()).toMatchObject({ state: 'refused' })
    await before.run('relay-resend', { context: 'engagements' })
    expect(await before.place()).toMatchObject({ state: 'released', reached: '' })
  })

  test('an unknown context, and a data folder, are told so', async () => {
    const { run } = world()
    await expect(run('relay-resend', { context: 'moon' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no context moon; there are engagements, communication.',
    })
    const folder = world({ relayed: false })
    for (const [name, body] of [
      ['relay-list', {}],
      ['relay-resend', { context: 'engagements' }],
    ] as const)
      await expect(folder.run(name, body)).rejects.toMatchObject({ code: 'no-relay' })
  })

  test('they are for operators alone', () => {
    expect(world().operations.map(({ name, roles }) => [name, roles])).toEqual([
      ['relay-list', ['operator']],
      ['relay-resend', ['operator']],
    ])
  })
})
