import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { canOwn, ownServer, type OwnServer } from '@rapport/testing'
import type { KafkaOptions, LogLine } from './client.ts'
import { keys, message, streams, world, type World } from './world.fixture.ts'

const PORT = 19_392
const properties = `listeners=PLAINTEXT://127.0.0.1:${PORT},CONTROLLER://127.0.0.1:${PORT + 1},SASL_PLAINTEXT://127.0.0.1:${PORT + 2}
advertised.listeners=PLAINTEXT://127.0.0.1:${PORT},SASL_PLAINTEXT://127.0.0.1:${PORT + 2}
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_spec="right";`

if (!canOwn('kafka')) test.skip('needs a Kafka of its own settings (no script starts one here)', () => {})
else {
  let own: OwnServer
  let w: World
  beforeAll(async () => {
    own = await ownServer('kafka', { port: PORT, env: { KAFKA_EXTRA_PROPERTIES: properties } })
    for (let n = 0; w === undefined; n++)
      try {
        w = await world(own.address, 3)
      } catch (error) {
        if (n === 20) throw error
        await sleep(1_000)
      }
  }, 90_000)
  afterAll(async () => {
    await w.dispose()
    await own.dispose()
  }, 60_000)

  const lines: LogLine[] = []
  const as = (password: string): Partial<KafkaOptions> => ({
    brokers: [`127.0.0.1:${PORT + 2}`],
    sasl: { mechanism: 'plain', username: 'spec', password },
    onLog: (line) => lines.push(line),
  })

  test('with its credentials it publishes and consumes', async () => {
    const [key] = keys(1) as [string]
    const port = w.open(as('right'))
    const sent = message(key, 1)
    await port.publish([sent])
    const stop = new AbortController()
    const heard: unknown[] = []
    await port.consume({ group: 'g', streams: [streams[0]], from: 'beginning', signal: stop.signal }, async (one) => {
      heard.push(one)
      stop.abort()
    })
    expect(heard).toEqual([sent])
  }, 30_000)

  test('with others it is refused: both calls reject, neither waits for ever, and no line holds the password', async () => {
    const port = w.open(as('wrong-password'))
    await expect(port.publish([message(keys(1)[0]!, 1)])).rejects.toMatchObject({ code: 'unavailable' })
    const signal = new AbortController().signal
    await expect(
      port.consume({ group: 'g', streams: [streams[0]], from: 'beginning', signal }, async () => {}),
    ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/authentication/i) })
    expect(lines.length).toBeGreaterThan(0)
    expect(JSON.stringify(lines)).not.toContain('wrong-password')
  }, 30_000)
}
