import { Unavailable, type Message } from '@rapport/events'
import kafkajs from 'kafkajs'
import type { Kafka, Producer } from 'kafkajs'
import { topicOf } from './client.ts'
import { encode, objectionTo, sizeOf } from './codec.ts'
import { failureOfSending, InvalidMessage, TopicMissing, unavailable } from './failures.ts'

/** What a topic of ours takes in one batch (contracts.md §10), and what is sent at a time. */
export const MAX_MESSAGE_BYTES = 2 * 1024 * 1024
const SENT_AT_ONCE = 1024 * 1024

/** Sends messages and waits for every broker that must have them; one call after the other, so that none overtakes another's repeat. */
export class Sender {
  readonly #kafka: Kafka
  readonly #prefix: string
  readonly #existing = new Set<string>()
  #producer: Promise<Producer> | undefined
  #sending: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(kafka: Kafka, prefix: string) {
    this.#kafka = kafka
    this.#prefix = prefix
  }

  send(messages: readonly Message[]): Promise<void> {
    const sending = this.#sending.then(() => this.#send(messages))
    this.#sending = sending.catch(() => {})
    return sending
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#sending
    await this.#producer?.then((producer) => producer.disconnect()).catch(() => {})
  }

  async #send(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return
    for (const message of messages) validate(message)
    const producer = await this.#connected()
    await this.#mustExist([...new Set(messages.map(({ stream }) => topicOf(this.#prefix, stream)))])
    for (const chunk of chunksOf(messages)) {
      const topics = Map.groupBy(chunk, ({ stream }) => topicOf(this.#prefix, stream))
      const topicMessages = [...topics].map(([topic, own]) => ({ topic, messages: own.map(encode) }))
      try {
        await producer.sendBatch({ acks: -1, timeout: 10_000, topicMessages })
      } catch (error) {
        const names = [...topics.keys()]
        // It may have been deleted since it was seen.
        for (const name of names) this.#existing.delete(name)
        throw failureOfSending(error, names)
      }
    }
  }

  #connected(): Promise<Producer> {
    if (this.#closed) throw new Unavailable('The connection to Kafka was closed.')
    this.#producer ??= this.#connect().catch((error: unknown) => {
      this.#producer = undefined
      throw unavailable(error)
    })
    return this.#producer
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      // The same key lands in the same partition for ever, whatever a later kafkajs takes for its default.
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      idempotent: false,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    return producer
  }

  async #mustExist(topics: readonly string[]): Promise<void> {
    if (topics.every((topic) => this.#existing.has(topic))) return
    const existing = await existingTopics(this.#kafka).catch((error: unknown) => {
      throw unavailable(error)
    })
    for (const topic of existing) this.#existing.add(topic)
    const missing = topics.filter((topic) => !this.#existing.has(topic))
    if (missing.length > 0) throw new TopicMissing(missing)
  }
}

/** Every topic there is; asking makes none. Rejects as the client does. */
export async function existingTopics(kafka: Kafka): Promise<readonly string[]> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    return await admin.listTopics()
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

function validate(message: Message): void {
  const objection = objectionTo(message)
  const { ce_id: id } = message.headers
  if (objection !== undefined) throw new InvalidMessage(`No consumer would hear this message: ${objection}.`, { id })
  if (sizeOf(message) > MAX_MESSAGE_BYTES) throw new InvalidMessage('The message is larger than 2 MiB.', { id })
}

/** In order, each as large as may be sent at once, and of one message at least. */
function* chunksOf(messages: readonly Message[]): Iterable<readonly Message[]> {
  let chunk: Message[] = []
  let bytes = 0
  for (const message of messages) {
    const size = sizeOf(message)
    if (chunk.length > 0 && bytes + size > SENT_AT_ONCE) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(message)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}
