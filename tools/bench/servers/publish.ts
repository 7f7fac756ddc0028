import { messagesOf, type Message, type NewEvent, type StoredEvent } from '@rapport/events'
import { registry } from '@rapport/house'
import { KafkaMessages } from '@rapport/kafka'
import { interactionStream, ready } from '../sample.ts'
import { rate, rounds } from '../work.ts'
import { BareProducer, batchesOf } from './control/messages.ts'
import type { ServersWork } from './work.ts'

/** Events that a relay gets at a time while it has more to tell. */
const PAGE = 500

/** What a relay tells of ready events, a page at a time. */
export function pages(many: number): readonly (readonly Message[])[] {
  const stored = (event: NewEvent, n: number): StoredEvent => ({
    ...event,
    stream: interactionStream(),
    revision: 0,
    position: String(n).padStart(40, '0'),
    recordedAt: '2026-03-02T09:00:00.000Z',
  })
  const messages = Array.from({ length: many }, (_, n) => messagesOf(registry, stored(ready(), n), 'urn:bench')).flat()
  return Array.from({ length: Math.ceil(messages.length / PAGE) }, (_, n) => messages.slice(n * PAGE, (n + 1) * PAGE))
}

export const publish: ServersWork = {
  name: 'publish-kafka',
  unit: 'messages/s',
  words: `\`Messages.publish\` to Kafka, ${PAGE} messages at a time as a relay that has more to tell`,
  beside: 'a kafkajs producer alone: the same batches, acknowledged by every replica in sync, one at a time',
  async run(setting) {
    const count = setting.size(5, 1)
    const many = Math.ceil(setting.events / count)
    const { config, prefix, bareTopic } = setting.deployment
    const messages = new KafkaMessages({ brokers: config.brokers, clientId: 'bench', prefix })
    const bare = await BareProducer.open(config.brokers)
    let told: readonly (readonly Message[])[] = []
    const sides = {
      ours: () =>
        rate(told.flat().length, async () => {
          for (const page of told) await messages.publish(page)
        }),
      control: () =>
        rate(told.flat().length, async () => {
          for (const page of told) await bare.send(bareTopic, batchesOf(page))
        }),
    }
    try {
      told = pages(Math.ceil(many / 4))
      for (const side of Object.values(sides)) await side()
      return await rounds(count, sides, (round) => {
        setting.progress(`round ${round + 1} of ${count}`)
        told = pages(many)
      })
    } finally {
      await messages.close()
      await bare.close()
    }
  },
}
