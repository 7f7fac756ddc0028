import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Message } from '@rapport/events'
import { onServers } from '@rapport/testing'
import kafkajs from 'kafkajs'
import type { Foreign } from './codec.ts'
import { keys, message, numberOf, streams, until, world, type World } from './world.fixture.ts'

await onServers(['kafka'], ({ kafka }) => {
  let w: World
  beforeEach(async () => {
    w = await world(kafka, 1)
  })
  afterEach(() => w.dispose())

  /** Whatever another producer puts there. */
  async function put(records: kafkajs.Message[]): Promise<void> {
    const producer = new kafkajs.Kafka({ brokers: w.brokers, logLevel: kafkajs.logLevel.NOTHING }).producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    await producer.send({ topic: w.topic, messages: records })
    await producer.disconnect()
  }
  async function hear(last: number): Promise<{ heard: Message[]; foreign: Foreign[] }> {
    const heard: Message[] = []
    const foreign: Foreign[] = []
    const stop = new AbortController()
    const consuming = w
      .open({ onForeign: (one) => foreign.push(one) })
      .consume(
        { group: `g-${randomUUID()}`, streams: [streams[0]], from: 'beginning', signal: stop.signal },
        async (one) => {
          heard.push(one)
          if (numberOf(one) === last) stop.abort()
        },
      )
    await until(
      () => stop.signal.aborted,
      15_000,
      () => `${heard.length} heard, ${foreign.length} foreign`,
    )
    await consuming
    return { heard, foreign }
  }
  const record = (more: Partial<kafkajs.Message> = {}): kafkajs.Message => {
    const { key, headers, value } = message(randomUUID(), 0)
    return { key, headers: { ...headers }, value, ...more }
  }

  test.each<[string, string, Partial<kafkajs.Message>]>([
    ['a tombstone', 'no-value', { value: null }],
    ['a record without a key', 'no-key', { key: null }],
    ['a key that is no UUID', 'invalid-key', { key: 'dead-letter/x' }],
    ['a record of another producer', 'no-headers', { headers: { type: 'x' } }],
    [
      'a header that came twice',
      'invalid-header',
      { headers: { ce_id: ['a', 'b'], ce_type: 'rapport.radio.Said.v1' } },
    ],
    [
      'a header that is not UTF-8',
      'invalid-header',
      { headers: { ce_id: Buffer.from([0xff]), ce_type: 'rapport.radio.Said.v1' } },
    ],
    ['a value that is not UTF-8', 'not-utf8', { value: Buffer.from([0x7b, 0xff, 0x7d]) }],
    ['a value that is not JSON', 'not-json', { value: '{"n":' }],
    ['a value that is no object', 'not-an-object', { value: '7' }],
    ['a key twice', 'duplicate-key', { value: '{"n":1,"n":2}' }],
    ['BR-61 __proto__', 'forbidden-key', { value: '{"__proto__":{"role":"admin"}}' }],
    ['BR-61 constructor.prototype within', 'forbidden-key', { value: '{"a":[{"constructor":{"prototype":{}}}]}' }],
    ['BR-61 prototype within', 'forbidden-key', { value: '{"a":{"prototype":{"role":"admin"}}}' }],
    ['a value nested 5,000 deep', 'too-deep', { value: '['.repeat(5_000) }],
  ])('%s is told as foreign and stops nothing', async (_, reason, more) => {
    const before = message(randomUUID(), 1)
    const after = message(randomUUID(), 2)
    await w.open().publish([before])
    await put([record(more)])
    await w.open().publish([after])
    const { heard, foreign } = await hear(2)
    expect(heard).toEqual([before, after])
    expect(foreign).toEqual([{ topic: w.topic, partition: 0, offset: '1', reason }])
    expect(({} as { role?: string }).role).toBeUndefined()
  })

  test('what nobody would hear is not sent: the whole publish is refused, with the reason', async () => {
    const [a, b] = keys(2) as [string, string]
    const bad = { ...message(b, 2), value: '{"__proto__":{}}' }
    await expect(w.open().publish([message(a, 1), bad])).rejects.toMatchObject({
      code: 'invalid-message',
      message: 'No consumer would hear this message: forbidden-key.',
      detail: { id: bad.headers['ce_id'] },
    })
    await w.open().publish([message(a, 3)])
    expect((await hear(3)).heard.map(numberOf)).toEqual([3])
  })

  test('a message of just under 2 MiB passes, a larger one is refused before it is sent', async () => {
    const [key] = keys(1) as [string]
    const large = (bytes: number, n: number): Message => ({
      ...message(key, n),
      value: JSON.stringify({ n, text: 'x'.repeat(bytes) }),
    })
    await w.open().publish([large(1_500_000, 1), large(2 * 1024 * 1024 - 600, 2), message(key, 3)])
    await expect(w.open().publish([large(2 * 1024 * 1024, 4)])).rejects.toMatchObject({
      code: 'invalid-message',
      message: 'The message is larger than 2 MiB.',
    })
    const { heard } = await hear(3)
    expect(heard.map(numberOf)).toEqual([1, 2, 3])
    expect(heard[1]!.value).toHaveLength(2 * 1024 * 1024 - 600 + 17)
  })

  test('a topic that is missing is named at once, to who publishes and to who consumes, and none is made', async () => {
    const missing = `${w.prefix}.radio.none.v1`
    const told = { code: 'topic-missing', detail: { topics: [missing] } }
    await expect(w.open().publish([message(randomUUID(), 1, 'radio.none')])).rejects.toMatchObject(told)
    const options = { group: 'g', streams: ['radio.none'], from: 'beginning' } as const
    await expect(
      w.open().consume({ ...options, signal: new AbortController().signal }, async () => {}),
    ).rejects.toMatchObject(told)
    await expect(w.open().publish([message(randomUUID(), 1, 'radio.none')])).rejects.toMatchObject(told)
  })
})
