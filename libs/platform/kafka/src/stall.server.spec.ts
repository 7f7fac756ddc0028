import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { onServers } from '@rapport/testing'
import { keys, message, numberOf, streams, until, world, type World } from './world.fixture.ts'

await onServers(['kafka'], ({ kafka }) => {
  let w: World
  let child: ChildProcess
  afterEach(async () => {
    child.kill('SIGCONT')
    child.kill('SIGKILL')
    await w.dispose()
  }, 30_000)

  test('a process that stands still beyond its session is fenced: others go on, it does no more than it had in hand, nothing is lost', async () => {
    w = await world(kafka, 3)
    const all = keys(6)
    const PER_KEY = 40
    await w.open().publish(Array.from({ length: PER_KEY }, (_, n) => all.map((key) => message(key, n))).flat())
    const done = new Set<string>()
    const byKey = new Map<string, number[]>(all.map((key) => [key, []]))
    /** The effect of a message, which happens once. */
    const effect = (id: string, key: string, n: number): boolean => {
      if (done.has(id)) return false
      done.add(id)
      byKey.get(key)!.push(n)
      return true
    }
    const script = fileURLToPath(new URL('./consumer.fixture.ts', import.meta.url))
    const flags = ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning']
    child = spawn(process.execPath, [...flags, script, kafka, w.prefix], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'] },
    })
    const ended = once(child, 'exit')
    let told = 0
    let repeated = 0
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const { key, id, value } = JSON.parse(line) as { key: string; id: string; value: string }
      told += 1
      if (!effect(id, key, (JSON.parse(value) as { n: number }).n)) repeated += 1
    })
    await until(
      () => told >= 12,
      30_000,
      () => `the child told of ${told}`,
    )
    child.kill('SIGSTOP')
    const stop = new AbortController()
    const here = w
      .open({ sessionTimeout: 6_000 })
      .consume(
        { group: 'g', streams: [streams[0]], from: 'beginning', signal: stop.signal },
        async (one) => void effect(one.headers['ce_id']!, one.key, numberOf(one)),
      )
    await until(
      () => done.size === 6 * PER_KEY,
      60_000,
      () => `${done.size} of ${6 * PER_KEY}`,
    )
    child.kill('SIGCONT')
    await sleep(2_000)
    // One message of each of its partitions may have been in hand.
    expect(repeated).toBeLessThanOrEqual(3)
    await w.open().publish(all.map((key) => message(key, PER_KEY)))
    await until(
      () => done.size === 6 * (PER_KEY + 1),
      60_000,
      () => `${done.size} of ${6 * (PER_KEY + 1)}`,
    )
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    stop.abort()
    await here
    for (const key of all) expect(byKey.get(key)).toEqual(Array.from({ length: PER_KEY + 1 }, (_, n) => n))
  }, 150_000)
})
