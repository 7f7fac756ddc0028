import { afterEach, expect, test } from '@jest/globals'
import type { Reactor } from '@rapport/events'
import { Listening, onServers } from '@rapport/testing'
import { keys, until, withAdmin, world, type World } from './world.fixture.ts'

await onServers(['kafka'], ({ kafka }) => {
  let w: World
  let reactors: Reactor[] = []
  afterEach(async () => {
    await Promise.all(reactors.map((reactor) => reactor.stop()))
    reactors = []
    await w.dispose()
  }, 30_000)

  async function start(diary: Listening): Promise<Reactor> {
    const reactor = diary.open(w.open())
    reactors.push(reactor)
    await reactor.start()
    return reactor
  }
  /** Everything on the topic is handled: also what was set aside or passed by. */
  async function drained(diary: Listening): Promise<void> {
    const left = () =>
      withAdmin(w.brokers, async (admin) => {
        const ends = await admin.fetchTopicOffsets(w.topic)
        const [at] = await admin.fetchOffsets({
          groupId: `${w.prefix}.reaction:${diary.reaction.name}`,
          topics: [w.topic],
        })
        return ends.some(
          ({ partition, offset }) =>
            Number(offset) > Math.max(0, Number(at!.partitions.find((one) => one.partition === partition)!.offset)),
        )
      })
    for (let n = 0; n < 100 && (await left()); n++) await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await left()).toBe(false)
  }

  test('BR-57 one partition, 5 keys with 10 messages each, the first of one poisoned: 10 dead letters, 40 handled; the block survives a restart; a retry releases in order', async () => {
    w = await world(kafka, 1)
    const diary = new Listening()
    const all = keys(5)
    const [bad] = all as [string]
    diary.poison.add('k0 m0')
    const messages = Array.from({ length: 10 }, (_, m) => all.map((key, k) => diary.message(key, `k${k} m${m}`))).flat()
    await w.open().publish(messages)
    const first = await start(diary)
    await drained(diary)
    const others = Array.from({ length: 10 }, (_, m) => [1, 2, 3, 4].map((k) => `k${k} m${m}`)).flat()
    expect(diary.written).toEqual(others)
    expect((await first.letters()).map(({ key, reason }) => [key, reason])).toEqual([
      [bad, 'TypeError'],
      ...Array.from({ length: 9 }, () => [bad, 'It waits behind an earlier one of its key.']),
    ])
    await first.stop()

    diary.poison.clear()
    await w.open().publish([diary.message(bad, 'k0 m10'), diary.message(all[1]!, 'k1 m10')])
    const second = await start(diary)
    await drained(diary)
    expect(diary.written).toEqual([...others, 'k1 m10'])
    expect(await second.letters()).toHaveLength(11)

    expect(await second.retry(diary.reaction.name, bad)).toEqual({ released: 11 })
    expect(diary.written.slice(41)).toEqual(Array.from({ length: 11 }, (_, m) => `k0 m${m}`))
    await w.open().publish([diary.message(bad, 'k0 m11')])
    await drained(diary)
    expect(diary.written.at(-1)).toBe('k0 m11')
    expect(await second.letters()).toEqual([])
  }, 60_000)

  test('BR-57 a key that one process set aside is blocked in the process that its partition goes to', async () => {
    w = await world(kafka, 4)
    const diary = new Listening()
    const all = keys(8)
    for (const key of all) diary.poison.add(`${key} 0`)
    await w.open().publish(all.map((key) => diary.message(key, `${key} 0`)))
    const first = await start(diary)
    await drained(diary)
    expect(await first.letters()).toHaveLength(8)
    const second = await start(diary)
    await first.stop()
    diary.poison.clear()
    await w.open().publish(all.map((key) => diary.message(key, `${key} 1`)))
    await drained(diary)
    expect(diary.written).toEqual([])
    expect(await second.letters()).toHaveLength(16)
    for (const key of all) expect(await second.retry(diary.reaction.name, key)).toEqual({ released: 2 })
    expect(diary.written).toEqual(all.flatMap((key) => [`${key} 0`, `${key} 1`]))
  }, 60_000)

  test('§6 a second delivery is harmless: a topic sent twice brings about each effect once', async () => {
    w = await world(kafka, 3)
    const diary = new Listening()
    const all = keys(6)
    const messages = Array.from({ length: 5 }, (_, m) => all.map((key, k) => diary.message(key, `k${k} m${m}`))).flat()
    await w.open().publish(messages)
    await w.open().publish(messages)
    await start(diary)
    await drained(diary)
    await until(
      () => diary.written.length >= 30,
      10_000,
      () => `${diary.written.length} of 30`,
    )
    for (const k of all.keys())
      expect(diary.written.filter((words) => words.startsWith(`k${k} `))).toEqual(
        Array.from({ length: 5 }, (_, m) => `k${k} m${m}`),
      )
  }, 60_000)
})
