import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import type { Message } from '@rapport/events'
import { onServers } from '@rapport/testing'
import { keys, message, numberOf, streams, until, withAdmin, world, type World } from './world.fixture.ts'

const idOf = ({ headers }: Message): string => headers['ce_id']!

await onServers(['kafka'], ({ kafka }) => {
  let w: World
  let release = (): void => {}
  afterEach(async () => {
    release()
    await w.dispose()
  }, 30_000)

  /** What a handler with idempotent effects brings about, whichever consumer it runs in. */
  function effects() {
    const done = new Set<string>()
    const byKey = new Map<string, number[]>()
    const inHand = new Map<string, number>()
    const seen = { deliveries: 0, atOnce: 0 }
    return {
      done,
      byKey,
      seen,
      async handle(one: Message, take: (one: Message) => Promise<unknown>): Promise<void> {
        const { key } = one
        inHand.set(key, (inHand.get(key) ?? 0) + 1)
        seen.deliveries += 1
        seen.atOnce = Math.max(seen.atOnce, inHand.get(key)!)
        await take(one)
        inHand.set(key, inHand.get(key)! - 1)
        if (done.has(idOf(one))) return
        done.add(idOf(one))
        byKey.set(key, [...(byKey.get(key) ?? []), numberOf(one)])
      },
    }
  }
  const consume = (
    port: ReturnType<World['open']>,
    handle: (one: Message) => Promise<void>,
    from: 'beginning' | 'deployment' = 'beginning',
  ) => {
    const stop = new AbortController()
    const ended = port.consume({ group: 'g', streams: [streams[0]], from, signal: stop.signal }, handle)
    ended.catch(() => {})
    return {
      ended,
      async end() {
        stop.abort()
        await ended
      },
    }
  }

  test('BR-55 a second consumer joins and leaves three times during 200 messages of 20 keys whose handlers take up to 5 s: effects in order, each once, nothing lost, no key in two hands', async () => {
    w = await world(kafka, 12)
    const all = keys(20)
    const messages = Array.from({ length: 200 }, (_, n) => message(all[n % 20]!, Math.floor(n / 20)))
    await w.open().publish(messages)
    const effect = effects()
    // The third message of each key takes 5 s: longer than a heartbeat, and in flight when the others come and go.
    const take = (one: Message): Promise<unknown> => sleep(numberOf(one) === 2 ? 5_000 : 30)
    const first = consume(w.open(), (one) => effect.handle(one, take))
    let shared = 0
    await until(
      () => effect.done.size > 0,
      20_000,
      () => 'nothing handled',
    )
    for (let n = 0; n < 3; n++) {
      let own = 0
      const second = consume(w.open(), async (one) => {
        own += 1
        await effect.handle(one, take)
      })
      await until(
        () => own >= 3 || effect.done.size === 200,
        30_000,
        () => `the second consumer was given ${own}`,
      )
      shared += own
      await second.end()
    }
    await until(
      () => effect.done.size === 200,
      120_000,
      () => `${effect.done.size} of 200`,
    )
    await first.end()
    for (const key of all) expect(effect.byKey.get(key)).toEqual(Array.from({ length: 10 }, (_, n) => n))
    // As often as it stands on the topic: publish may have sent a batch twice.
    const ends = await withAdmin(w.brokers, (admin) => admin.fetchTopicOffsets(w.topic))
    const records = ends.reduce((sum, { offset }) => sum + Number(offset), 0)
    expect(effect.seen).toEqual({ deliveries: records, atOnce: 1 })
    expect(shared).toBeGreaterThan(0)
  }, 180_000)

  test('a handler that outlasts the rebalance is overtaken: its offset is not committed over that of the next owner', async () => {
    w = await world(kafka, 1)
    const [key] = keys(1) as [string]
    await w.open().publish(Array.from({ length: 6 }, (_, n) => message(key, n)))
    const effect = effects()
    const slow = Promise.withResolvers<void>()
    release = slow.resolve
    const began = Promise.withResolvers<void>()
    // The group waits as long as the most patient of its members.
    const impatient = { sessionTimeout: 6_000, rebalanceTimeout: 3_000 }
    const first = consume(w.open(impatient), (one) =>
      effect.handle(one, async () => {
        began.resolve()
        await slow.promise
      }),
    )
    await began.promise
    const second = consume(w.open(impatient), (one) => effect.handle(one, async () => {}))
    await until(
      () => effect.done.size === 6,
      30_000,
      () => `${effect.done.size} of 6`,
    )
    await sleep(300)
    const committed = () =>
      withAdmin(w.brokers, async (admin) => {
        const [topic] = await admin.fetchOffsets({ groupId: `${w.prefix}.g`, topics: [w.topic] })
        return topic!.partitions[0]!.offset
      })
    expect(await committed()).toBe('6')
    slow.resolve()
    await sleep(1_000)
    expect(await committed()).toBe('6')
    await w.open().publish([message(key, 6)])
    await until(
      () => effect.done.size === 7,
      30_000,
      () => `${effect.done.size} of 7`,
    )
    await Promise.all([first.end(), second.end()])
    expect(effect.byKey.get(key)).toEqual([0, 1, 2, 3, 4, 5, 6])
  }, 90_000)

  test('of a handler that takes longer than the session nobody takes the partition', async () => {
    w = await world(kafka, 2)
    const all = keys(4)
    await w.open().publish(all.flatMap((key) => [message(key, 0), message(key, 1)]))
    const effect = effects()
    const first = consume(w.open({ sessionTimeout: 6_000 }), (one) =>
      effect.handle(one, () => sleep(one.key === all[0] && numberOf(one) === 0 ? 9_000 : 1)),
    )
    await until(
      () => effect.done.size === 8,
      40_000,
      () => `${effect.done.size} of 8`,
    )
    await first.end()
    expect(effect.seen.atOnce).toBe(1)
  }, 60_000)

  test('a slow key holds up the other partitions for no longer than its handler', async () => {
    w = await world(kafka, 6)
    const all = keys(30)
    await w.open().publish(all.flatMap((key) => Array.from({ length: 5 }, (_, n) => message(key, n))))
    const effect = effects()
    const consuming = consume(w.open(), (one) => effect.handle(one, () => sleep(one.key === all[0] ? 800 : 1)))
    await until(
      () => effect.done.size === 150,
      30_000,
      () => `${effect.done.size} of 150`,
    )
    await consuming.end()
    const order = [...effect.byKey]
    expect(order).toHaveLength(30)
    for (const [, numbers] of order) expect(numbers).toEqual([0, 1, 2, 3, 4])
  }, 60_000)

  test('§6 from the deployment: whichever of several consumers comes first fixes the beginning of every partition', async () => {
    w = await world(kafka, 6)
    const all = keys(12)
    await w.open().publish(all.map((key) => message(key, 0)))
    const effect = effects()
    const hear = (one: Message): Promise<void> => effect.handle(one, async () => {})
    const both = [consume(w.open(), hear, 'deployment'), consume(w.open(), hear, 'deployment')]
    const committed = () =>
      withAdmin(w.brokers, async (admin) => {
        const [topic] = await admin.fetchOffsets({ groupId: `${w.prefix}.g`, topics: [w.topic] })
        return topic!.partitions.map(({ offset }) => Number(offset))
      })
    let begins = await committed()
    for (let n = 0; n < 100 && begins.includes(-1); n++) {
      await sleep(100)
      begins = await committed()
    }
    expect(begins.reduce((sum, offset) => sum + offset)).toBe(12)
    await Promise.all(both.map((one) => one.end()))
    await w.open().publish(all.map((key) => message(key, 1)))
    const again = consume(w.open(), hear, 'deployment')
    await until(
      () => effect.done.size === 12,
      20_000,
      () => `${effect.done.size} of 12`,
    )
    await again.end()
    for (const key of all) expect(effect.byKey.get(key)).toEqual([1])
  }, 60_000)

  test('§6 from the deployment: a partition that is added later begins at its start', async () => {
    w = await world(kafka, 1)
    const effect = effects()
    const hear = (one: Message): Promise<void> => effect.handle(one, async () => {})
    const [key] = keys(1) as [string]
    await w.open().publish([message(key, 0)])
    const first = consume(w.open(), hear, 'deployment')
    await sleep(1_500)
    await first.end()
    await withAdmin(w.brokers, (admin) => admin.createPartitions({ topicPartitions: [{ topic: w.topic, count: 4 }] }))
    const all = keys(16)
    await w.open().publish(all.map((one) => message(one, 1)))
    const again = consume(w.open(), hear, 'deployment')
    await until(
      () => effect.done.size === 16,
      20_000,
      () => `${effect.done.size} of 16`,
    )
    await again.end()
    expect(effect.byKey.has(key)).toBe(false)
  }, 60_000)
})
