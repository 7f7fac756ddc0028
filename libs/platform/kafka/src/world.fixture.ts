import { randomUUID } from 'node:crypto'
import kafkajs from 'kafkajs'
import type { Message } from '@rapport/events'
import { ensureTopics, KafkaMessages, type KafkaOptions } from './index.ts'
import type { TopicsDefinition } from './topics-definition.ts'

export const streams = ['radio.news', 'radio.music'] as const

/** Two topics, as the job makes them. */
export const definition = (partitions: number): TopicsDefinition => ({
  topics: streams.map((stream) => ({ name: `${stream}.v1`, partitions })),
  config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'max.message.bytes': '2097152' },
  environments: { test: { replicationFactor: 1, minInsyncReplicas: 1 } },
})

/** Topics of a prefix that nobody else uses, on a broker that may be shared. */
export async function world(address: string, partitions = 3) {
  const brokers = [address]
  const prefix = `spec-${randomUUID()}`
  await ensureTopics({ brokers, clientId: 'spec', prefix, definition: definition(partitions), environment: 'test' })
  const opened: KafkaMessages[] = []
  return {
    brokers,
    prefix,
    topic: `${prefix}.${streams[0]}.v1`,
    open(more: Partial<KafkaOptions> = {}): KafkaMessages {
      const port = new KafkaMessages({ brokers, clientId: 'spec', prefix, ...more })
      opened.push(port)
      return port
    },
    async dispose(): Promise<void> {
      await Promise.all(opened.map((port) => port.close()))
      await withAdmin(brokers, (admin) => admin.deleteTopics({ topics: streams.map((s) => `${prefix}.${s}.v1`) }))
    },
  }
}
export type World = Awaited<ReturnType<typeof world>>

export async function withAdmin<T>(brokers: string[], use: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

/** A message of ours about a key; `n` tells it from others. */
export const message = (key: string, n: number, stream: string = streams[0]): Message => ({
  stream,
  key,
  headers: { ce_id: randomUUID(), ce_type: 'rapport.radio.Said.v1', 'content-type': 'application/json' },
  value: JSON.stringify({ n }),
})
export const numberOf = ({ value }: Message): number => (JSON.parse(value) as { n: number }).n
export const keys = (count: number): string[] => Array.from({ length: count }, () => randomUUID())

export async function until(holds: () => boolean, patience: number, what: () => string): Promise<void> {
  const end = performance.now() + patience
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Not within ${patience} ms: ${what()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
