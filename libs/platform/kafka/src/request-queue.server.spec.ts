import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, jest, test } from '@jest/globals'
import { onServers } from '@rapport/testing'
import { keys, message, streams, world, type World } from './world.fixture.ts'

await onServers(['kafka'], ({ kafka }) => {
  let w: World
  afterEach(async () => {
    jest.restoreAllMocks()
    await w.dispose()
  })

  test('a consumer and a sender that are idle set no timers without end', async () => {
    w = await world(kafka, 3)
    const timers = jest.spyOn(globalThis, 'setTimeout')
    const port = w.open()
    await port.publish(keys(3).map((key) => message(key, 0)))
    const stop = new AbortController()
    let heard = 0
    const consuming = port.consume(
      { group: 'g', streams: [streams[0]], from: 'beginning', signal: stop.signal },
      async () => void (heard += 1),
    )
    for (let n = 0; n < 200 && heard < 3; n++) await sleep(50)
    expect(heard).toBe(3)
    timers.mockClear()
    await sleep(1_000)
    // A thousand and more a connection without the mending; a fetch twice a second needs a few.
    expect(timers.mock.calls.filter(([, delay]) => !(Number(delay) >= 0))).toEqual([])
    expect(timers.mock.calls.length).toBeLessThan(100)
    stop.abort()
    await consuming
  }, 30_000)

  test('requests that had to wait for others go all the same', async () => {
    w = await world(kafka, 3)
    const port = w.open()
    const all = keys(50)
    await Promise.all(all.map((key, n) => port.publish([message(key, n)])))
    const stop = new AbortController()
    const heard = new Set<string>()
    await port.consume(
      { group: 'g', streams: [streams[0]], from: 'beginning', signal: stop.signal },
      async ({ key }) => {
        heard.add(key)
        if (heard.size === 50) stop.abort()
      },
    )
    expect(heard.size).toBe(50)
  }, 30_000)
})
