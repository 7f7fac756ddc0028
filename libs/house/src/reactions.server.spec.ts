import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { ensureTopics, KafkaMessages } from '@rapport/kafka'
import { createLogger, createReactionService } from '@rapport/service'
import { Listening, onServers } from '@rapport/testing'

await onServers(['kafka'], ({ kafka }) => {
  test('BR-55 BR-57 reactions as a Nest microservice on Kafka: two processes come and go, effects in order, each once; a poisoned key waits', async () => {
    const at = { brokers: [kafka], clientId: 'spec', prefix: `spec-${randomUUID()}` }
    await ensureTopics({
      ...at,
      environment: 'test',
      definition: {
        topics: [{ name: 'radio.news.v1', partitions: 6 }],
        config: { 'cleanup.policy': 'delete', 'retention.ms': '-1' },
        environments: { test: { replicationFactor: 1, minInsyncReplicas: 1 } },
      },
    })
    const diary = new Listening()
    const log = createLogger('silent')
    const start = async () => {
      const messages = new KafkaMessages(at)
      const reactor = diary.open(messages)
      const service = await createReactionService({ reactor, messages, log })
      await service.start()
      return {
        reactor,
        async close() {
          await service.close()
          await messages.close()
        },
      }
    }
    const keys = Array.from({ length: 8 }, () => randomUUID())
    const sender = new KafkaMessages(at)
    const say = (from: number, to: number): Promise<void> =>
      sender.publish(
        Array.from({ length: to - from }, (_, n) =>
          keys.map((key, k) => diary.message(key, `k${k} m${from + n}`)),
        ).flat(),
      )
    const written = async (count: number): Promise<void> => {
      for (let n = 0; n < 300 && diary.written.length < count; n++) await sleep(100)
      expect(diary.written).toHaveLength(count)
    }
    diary.poison.add('k0 m0')
    await say(0, 10)
    const first = await start()
    const second = await start()
    await written(70)
    await first.close()
    await say(10, 20)
    const third = await start()
    await written(140)
    await second.close()
    const of = (k: number): readonly string[] => diary.written.filter((words) => words.startsWith(`k${k} `))
    for (let k = 1; k < 8; k++) expect(of(k)).toEqual(Array.from({ length: 20 }, (_, m) => `k${k} m${m}`))
    for (let n = 0; n < 100 && (await third.reactor.letters()).length < 20; n++) await sleep(100)
    diary.poison.clear()
    expect(await third.reactor.retry(diary.reaction.name, keys[0]!)).toEqual({ released: 20 })
    expect(of(0)).toEqual(Array.from({ length: 20 }, (_, m) => `k0 m${m}`))
    await third.close()
    await sender.close()
  }, 120_000)
})
