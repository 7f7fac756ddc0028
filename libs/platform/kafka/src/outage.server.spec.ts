import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Message } from '@rapport/events'
import { canOwn, ownServer, type OwnServer } from '@rapport/testing'
import { keys, message, numberOf, streams, until, world, type World } from './world.fixture.ts'

const idOf = ({ headers }: Message): string => headers['ce_id']!

if (!canOwn('kafka')) test.skip('needs a Kafka that it may kill (no script starts one here)', () => {})
else {
  let own: OwnServer
  let w: World
  beforeAll(async () => {
    own = await ownServer('kafka', { port: 19_292 })
  }, 90_000)
  afterAll(() => own.dispose(), 30_000)
  beforeEach(async () => {
    w = await ready()
  }, 60_000)
  afterEach(() => w.dispose(), 30_000)

  /** The port answers before the coordinators do. */
  async function ready(): Promise<World> {
    for (let n = 0; ; n++) {
      try {
        return await world(own.address, 3)
      } catch (error) {
        if (n === 20) throw error
        await sleep(1_000)
      }
    }
  }
  /** As the relay does it: again and again, whole, and nothing later before. */
  async function insist(port: ReturnType<World['open']>, messages: readonly Message[]): Promise<readonly string[]> {
    const codes: string[] = []
    for (;;) {
      try {
        await port.publish(messages)
        return codes
      } catch (error) {
        codes.push((error as { code: string }).code)
        await sleep(200)
      }
    }
  }
  function listen() {
    const stop = new AbortController()
    const heard: Message[] = []
    const ended = w
      .open({ sessionTimeout: 10_000 })
      .consume(
        { group: 'g', streams: [streams[0]], from: 'beginning', signal: stop.signal },
        async (one) => void heard.push(one),
      )
    ended.catch(() => {})
    return {
      heard,
      ended,
      /** The first delivery of each. */
      first: () => [...new Map(heard.toReversed().map((one) => [idOf(one), one])).values()].toReversed(),
      async end() {
        stop.abort()
        await ended
      },
    }
  }

  test('kill -9 under publish and consume: everything acknowledged is heard, in order within its key', async () => {
    const all = keys(5)
    const listening = listen()
    const port = w.open()
    let stopped = false
    let n = 0
    const codes = new Set<string>()
    const publishing = (async () => {
      for (; !stopped; n++) {
        const batch = all.map((key) => message(key, n))
        for (const code of await insist(port, batch)) codes.add(code)
        await sleep(5)
      }
    })()
    for (let round = 0; round < 3; round++) {
      await sleep(1_500 + 400 * round)
      await own.kill()
      await sleep(500)
      await own.start()
    }
    await sleep(2_000)
    stopped = true
    await publishing
    await until(
      () => listening.first().length === 5 * n,
      60_000,
      () => `${listening.first().length} of ${5 * n}`,
    )
    await listening.end()
    for (const key of all)
      expect(
        listening
          .first()
          .filter((one) => one.key === key)
          .map(numberOf),
      ).toEqual(Array.from({ length: n }, (_, i) => i))
    expect(n).toBeGreaterThan(20)
    expect([...codes].filter((code) => code !== 'outcome-unknown' && code !== 'unavailable')).toEqual([])
  }, 180_000)

  test('a broker that is away for 10 s: publish rejects for the caller to send again, consume waits, and all drains', async () => {
    const [key] = keys(1) as [string]
    const listening = listen()
    const port = w.open()
    await port.publish([message(key, 0)])
    await until(
      () => listening.heard.length > 0,
      30_000,
      () => 'nothing heard',
    )
    await own.kill()
    await expect(port.publish([message(key, 1)])).rejects.toMatchObject({
      code: expect.stringMatching(/^(outcome-unknown|unavailable)$/),
    })
    const draining = (async () => {
      const codes: string[] = []
      for (let n = 1; n <= 20; n++) codes.push(...(await insist(port, [message(key, n)])))
      return codes
    })()
    await sleep(10_000)
    await own.start()
    expect((await draining).length).toBeGreaterThan(0)
    await until(
      () => new Set(listening.heard.map(numberOf)).size === 21,
      60_000,
      () => `${listening.heard.length} heard`,
    )
    await listening.end()
    expect([...new Set(listening.heard.map(numberOf))]).toEqual(Array.from({ length: 21 }, (_, n) => n))
  }, 120_000)

  test('a consume that begins while the broker is away hears everything once it is back; one that is aborted meanwhile ends', async () => {
    const [key] = keys(1) as [string]
    await w.open().publish([message(key, 0), message(key, 1)])
    await own.kill()
    const aborted = listen()
    const listening = listen()
    await sleep(1_000)
    await aborted.end()
    await own.start()
    await until(
      () => listening.heard.length === 2,
      60_000,
      () => `${listening.heard.length} of 2`,
    )
    await listening.end()
    expect(aborted.heard).toEqual([])
  }, 120_000)
}
