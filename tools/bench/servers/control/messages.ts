import type { Message } from '@rapport/events'
import kafkajs from 'kafkajs'
import type { Consumer, Kafka, Producer } from 'kafkajs'

/** Bytes that are sent at a time, as our adapter does. */
const AT_ONCE = 1024 * 1024

/** What the broker is sent in one go: a page, in as many parts as it is large. */
export function batchesOf(page: readonly Message[]): readonly (readonly Message[])[] {
  const size = ({ key, value, headers }: Message): number =>
    100 + key.length + value.length + Object.entries(headers).flat().join('').length + 10 * Object.keys(headers).length
  const batches: Message[][] = []
  let bytes = AT_ONCE
  for (const message of page) {
    bytes += size(message)
    if (bytes > AT_ONCE) {
      batches.push([])
      bytes = size(message)
    }
    batches.at(-1)!.push(message)
  }
  return batches
}

export const bareKafka = (brokers: readonly string[]): Kafka =>
  new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bench-bare', logLevel: kafkajs.logLevel.NOTHING })

/** Bare kafkajs: one batch after the other, each acknowledged by every replica in sync. */
export class BareProducer {
  readonly #producer: Producer
  private constructor(producer: Producer) {
    this.#producer = producer
  }

  static async open(brokers: readonly string[]): Promise<BareProducer> {
    const createPartitioner = kafkajs.Partitioners.DefaultPartitioner
    const producer = bareKafka(brokers).producer({
      createPartitioner,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    return new BareProducer(producer)
  }

  async send(topic: string, batches: readonly (readonly Message[])[]): Promise<void> {
    for (const batch of batches) await this.#producer.send({ topic, acks: -1, messages: [...batch] })
  }

  close(): Promise<void> {
    return this.#producer.disconnect()
  }
}

/** Bare kafkajs on a topic from its first record: when each key was heard first, in milliseconds of `performance.now()`. */
export class BareConsumer {
  readonly heard = new Map<string, number>()
  readonly #consumer: Consumer
  #waiting: { readonly keys: ReadonlySet<string>; readonly done: () => void } | undefined
  #missing = 0

  constructor(brokers: readonly string[], group: string) {
    this.#consumer = bareKafka(brokers).consumer({ groupId: group, allowAutoTopicCreation: false })
  }

  async start(topic: string): Promise<void> {
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topics: [topic], fromBeginning: true })
    await this.#consumer.run({
      partitionsConsumedConcurrently: 4,
      eachBatch: async ({ batch: { messages } }) => {
        const now = performance.now()
        for (const { key } of messages) this.#hear(key!.toString(), now)
      },
    })
  }

  #hear(key: string, now: number): void {
    if (this.heard.has(key)) return
    this.heard.set(key, now)
    if (this.#waiting?.keys.has(key) && --this.#missing === 0) this.#waiting.done()
  }

  /** Resolves when each of these keys was heard. */
  async all(keys: ReadonlySet<string>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#missing = [...keys].filter((key) => !this.heard.has(key)).length
    if (this.#missing === 0) return
    this.#waiting = { keys, done: resolve }
    await promise
    this.#waiting = undefined
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect()
  }
}
