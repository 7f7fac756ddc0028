import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from '@rapport/events'
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { consumerOf, heartbeatOf, type KafkaOptions } from './client.ts'
import { decode } from './codec.ts'
import { isFenced, isPassing } from './failures.ts'
import { beginAtTheEnd } from './positions.ts'

export interface SubscriptionOptions {
  /** Of its own: clients of one `Kafka` share what they know of a group's offsets. */
  readonly kafka: Kafka
  readonly groupId: string
  /** Stream type by topic. */
  readonly topics: ReadonlyMap<string, string>
  readonly from: 'beginning' | 'deployment'
  readonly settings: Pick<KafkaOptions, 'sessionTimeout' | 'rebalanceTimeout' | 'partitions' | 'onForeign'>
}

/** How it ended: as asked, by an error of the handler, or of the client (`passing`: it may work again by itself). */
export type Ended =
  | { readonly how: 'stopped' }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'crashed'; readonly error: unknown; readonly passing: boolean }

/** Milliseconds: how long handled messages may wait for their commit, and how long a partition may keep the others from a new fetch. */
const COMMIT_EVERY = 100
const TURN = 1_000
/** Milliseconds that leaving may take once no handler runs. */
const LEAVING = 5_000

/**
 * One membership in a consumer group, from its joining to its end. kafkajs gives a partition's messages in batches and joins anew
 * only when every batch has ended; so a handler in flight ends before its partition goes to another member, as long as that takes less
 * than the rebalance timeout. Offsets are committed as this member in this generation: whoever was fenced commits nothing.
 */
export class Subscription {
  readonly #options: SubscriptionOptions
  readonly #handle: (message: Message) => Promise<void>
  readonly #consumer: Consumer
  readonly #admin: Admin
  readonly #heartbeat: number
  readonly #ended = Promise.withResolvers<Ended>()
  readonly #running = new Set<Promise<void>>()
  /** Grows with every generation that is joined. */
  #generation = 0
  #begun: Promise<void> | undefined
  readonly #hasBegun = Promise.withResolvers<void>()
  /** Why what this member holds is not its own any more. */
  #lost: unknown
  #stopping = false
  #mayPass = false

  constructor(options: SubscriptionOptions, handle: (message: Message) => Promise<void>) {
    const { kafka, groupId, settings } = options
    this.#options = options
    this.#handle = handle
    this.#admin = kafka.admin()
    this.#heartbeat = heartbeatOf(settings)
    this.#consumer = consumerOf(kafka, groupId, settings, () => (this.#mayPass = true))
  }

  async run(signal: AbortSignal): Promise<Ended> {
    const stop = (): void => this.#ended.resolve({ how: 'stopped' })
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    const starting = this.#start().catch((error: unknown) =>
      this.#ended.resolve({ how: 'crashed', error, passing: isPassing(error) }),
    )
    const ended = await this.#ended.promise
    signal.removeEventListener('abort', stop)
    // Where a new group begins is promised to whoever asked once, even if it was stopped at once.
    if (ended.how === 'stopped' && this.#options.from === 'deployment')
      await Promise.race([this.#hasBegun.promise, sleep(LEAVING, undefined, { ref: false })])
    this.#stopping = true
    await Promise.allSettled(this.#running)
    const leaving = starting.then(() => Promise.allSettled([this.#consumer.disconnect(), this.#admin.disconnect()]))
    await Promise.race([leaving, sleep(LEAVING, undefined, { ref: false })])
    return ended
  }

  async #start(): Promise<void> {
    const { topics, from, settings } = this.#options
    const consumer = this.#consumer
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) =>
      this.#ended.resolve({ how: 'crashed', error, passing: this.#mayPass }),
    )
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.#generation += 1
      this.#lost = undefined
      if (from === 'deployment') this.#begin(payload)
    })
    if (from === 'deployment') await this.#admin.connect()
    await consumer.connect()
    // A partition without an offset begins at its start; a group that begins at the end says so itself, before it handles anything.
    await consumer.subscribe({ topics: [...topics.keys()], fromBeginning: true })
    if (this.#stopping) return
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: settings.partitions ?? 8,
      eachBatch: async (payload) => {
        const running = this.#batch(payload)
        this.#running.add(running)
        await running.finally(() => this.#running.delete(running))
      },
    })
  }

  #begin(joined: Parameters<typeof beginAtTheEnd>[1]): void {
    const { groupId, topics } = this.#options
    const generation = this.#generation
    const isCurrent = (): boolean => this.#generation === generation && this.#lost === undefined && !this.#stopping
    const group = { admin: this.#admin, consumer: this.#consumer, groupId, topics: [...topics.keys()] }
    this.#begun = beginAtTheEnd(group, joined, isCurrent)
    this.#begun.then(
      () => isCurrent() && this.#hasBegun.resolve(),
      (error: unknown) => {
        if (isFenced(error)) this.#lost ??= error
        else this.#ended.resolve({ how: 'crashed', error, passing: isPassing(error) })
      },
    )
  }

  async #batch(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload
    const begun = performance.now()
    const generation = this.#generation
    // kafkajs also joins anew where a fetch from another broker finds its metadata stale, whatever is in flight.
    const isCurrent = (): boolean => generation === this.#generation && this.#lost === undefined
    let committed = begun
    let pending: string | undefined
    const beating = setInterval(() => void this.#beat(heartbeat), this.#heartbeat)
    const commit = async (): Promise<void> => {
      if (pending === undefined || generation !== this.#generation) return
      await this.#commit(payload, pending)
      pending = undefined
      committed = performance.now()
    }
    try {
      await this.#begun
      for (const record of batch.messages) {
        if (this.#stopping || !isCurrent() || !isRunning() || isStale()) break
        if (performance.now() - begun > TURN) break
        try {
          await this.#hear(batch, record)
        } catch (error) {
          this.#stopping = true
          this.#ended.resolve({ how: 'failed', error })
          break
        }
        if (generation !== this.#generation) break
        resolveOffset(record.offset)
        pending = String(BigInt(record.offset) + 1n)
        // Also the first word to the broker after this process stood still: who was fenced meanwhile goes no further.
        if (performance.now() - committed >= COMMIT_EVERY) await commit()
      }
      await commit()
    } finally {
      clearInterval(beating)
    }
    if (generation === this.#generation && this.#lost !== undefined) throw this.#lost
  }

  async #hear(
    { topic, partition }: EachBatchPayload['batch'],
    record: EachBatchPayload['batch']['messages'][number],
  ): Promise<void> {
    const message = decode(this.#options.topics.get(topic)!, record)
    if (typeof message === 'string')
      this.#options.settings.onForeign?.({ topic, partition, offset: record.offset, reason: message })
    else await this.#handle(message)
  }

  async #commit({ batch, commitOffsetsIfNecessary }: EachBatchPayload, offset: string): Promise<void> {
    const { topic, partition } = batch
    for (let attempt = 1; ; attempt++) {
      try {
        return await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] })
      } catch (error) {
        if (isFenced(error)) this.#lost ??= error
        if (this.#lost !== undefined || attempt === 3) throw error
        await sleep(200)
      }
    }
  }

  /** Goes on beating while a rebalance waits for the handler in flight; other errors show at the commit. */
  async #beat(heartbeat: () => Promise<void>): Promise<void> {
    try {
      await heartbeat()
    } catch (error) {
      if (isFenced(error)) this.#lost ??= error
    }
  }
}
