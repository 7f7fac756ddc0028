import { setTimeout as sleep } from 'node:timers/promises'
import type { Consume, Message, Messages } from '@rapport/events'
import type { Kafka } from 'kafkajs'
import { clientOf, DEFAULT_PREFIX, topicOf, type KafkaOptions } from './client.ts'
import { isPassing, TopicMissing, unavailable } from './failures.ts'
import { existingTopics, Sender } from './producer.ts'
import { Subscription, type Ended } from './subscription.ts'

/**
 * {@link Messages} on Kafka: a topic a stream type, `<prefix>.<context>.<stream>.v1`, the key decides the partition.
 * `publish` waits for all in-sync replicas and rejects when they do not answer within seconds ({@link Unavailable}, `outcome-unknown`): the same
 * messages may be sent again, whole, before any later one. `topic-missing` and `invalid-message` tell what sending again does not mend.
 * `consume` outlasts outages; it rejects with the handler's error, with `topic-missing`, and with {@link Unavailable} when the broker
 * refuses this client for good. A record that is no message of ours is passed over and told to `onForeign`.
 */
export class KafkaMessages implements Messages {
  readonly #options: KafkaOptions
  readonly #kafka: Kafka
  readonly #prefix: string
  readonly #sender: Sender
  readonly #closing = new AbortController()
  readonly #consuming = new Set<Promise<void>>()

  constructor(options: KafkaOptions) {
    this.#options = options
    this.#kafka = clientOf(options)
    this.#prefix = options.prefix ?? DEFAULT_PREFIX
    this.#sender = new Sender(this.#kafka, this.#prefix)
  }

  publish(messages: readonly Message[]): Promise<void> {
    return this.#sender.send(messages)
  }

  consume(options: Consume, handle: (message: Message) => Promise<void>): Promise<void> {
    const consuming = this.#consume(options, handle)
    const settled = consuming.catch(() => {}).finally(() => this.#consuming.delete(settled))
    this.#consuming.add(settled)
    return consuming
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([this.#sender.close(), ...this.#consuming])
  }

  async #consume(
    { group, streams, from, signal: asked }: Consume,
    handle: (message: Message) => Promise<void>,
  ): Promise<void> {
    const signal = AbortSignal.any([asked, this.#closing.signal])
    const topics = new Map(streams.map((stream) => [topicOf(this.#prefix, stream), stream]))
    const options = {
      groupId: `${this.#prefix}.${group}`,
      topics,
      from,
      settings: this.#options,
    }
    let handled = 0
    for (let pause = 200; !signal.aborted; pause = Math.min(2 * pause, 10_000)) {
      const before = handled
      const ended = await this.#once(topics, signal, () =>
        new Subscription({ ...options, kafka: clientOf(this.#options) }, async (message) => {
          await handle(message)
          handled += 1
        }).run(signal),
      )
      if (ended.how === 'stopped' || (ended.how === 'crashed' && signal.aborted)) return
      if (ended.how === 'failed') throw ended.error
      if (!ended.passing) throw unavailable(ended.error)
      if (handled > before) pause = 200
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
  }

  async #once(topics: ReadonlyMap<string, string>, signal: AbortSignal, run: () => Promise<Ended>): Promise<Ended> {
    let existing: readonly string[]
    try {
      existing = await existingTopics(this.#kafka)
    } catch (error) {
      return { how: 'crashed', error, passing: isPassing(error) }
    }
    const missing = [...topics.keys()].filter((topic) => !existing.includes(topic))
    if (missing.length > 0) return { how: 'failed', error: new TopicMissing(missing) }
    return signal.aborted ? { how: 'stopped' } : run()
  }
}
