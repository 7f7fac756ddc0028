import { setTimeout as sleep } from 'node:timers/promises'
import { RapportError } from '@rapport/events'
import kafkajs from 'kafkajs'
import type { Admin, ITopicMetadata } from 'kafkajs'
import { clientOf, DEFAULT_PREFIX, type KafkaOptions } from './client.ts'
import { isPassing, unavailable } from './failures.ts'
import type { Replication, TopicsDefinition } from './topics-definition.ts'

/** A topic that stands otherwise than it is defined. */
export interface Drift {
  readonly topic: string
  readonly setting: string
  readonly is: string
  readonly wanted: string
}

export interface TopicsReport {
  readonly created: readonly string[]
  readonly unchanged: readonly string[]
  /** Settings that differ; with `fix` they were mended, without it nothing was changed. */
  readonly drifted: readonly Drift[]
  /** What cannot be mended here and matters: sentences for the operator. */
  readonly warnings: readonly string[]
}

export interface EnsureTopics extends Pick<KafkaOptions, 'brokers' | 'clientId' | 'prefix' | 'ssl' | 'sasl' | 'onLog'> {
  readonly definition: TopicsDefinition
  /** One of `definition.environments`. */
  readonly environment: string
  /** Sets what has drifted as it is defined. Partitions and replicas are never changed. */
  readonly fix?: boolean
}

const { TOPIC, BROKER } = kafkajs.ConfigResourceTypes
/** Seconds in which the partitions of new topics must have leaders. */
const SECONDS_TO_LEAD = 15
/** Days that a group's offsets should outlive the group: a service that is down longer begins anew. */
const OFFSETS_DAYS = 365

/**
 * The topics job: makes the topics that are missing, changes nothing that stands unless `fix` says so, and may run any number of times.
 * What it has made takes messages when it returns.
 * `topics-refused` lists topics with other partitions than defined (the partition of a key must never change), before anything is made;
 * `unknown-environment` and `unavailable` say what they say.
 */
export async function ensureTopics(options: EnsureTopics): Promise<TopicsReport> {
  const { definition, environment, prefix = DEFAULT_PREFIX } = options
  const replication = Object.hasOwn(definition.environments, environment)
    ? definition.environments[environment]!
    : unknown(environment, definition)
  const config = { ...definition.config, 'min.insync.replicas': String(replication.minInsyncReplicas) }
  const wanted = new Map(definition.topics.map(({ name, partitions }) => [`${prefix}.${name}`, partitions]))
  const admin = clientOf(options).admin()
  try {
    await admin.connect()
    const names = new Set(await admin.listTopics())
    const topics = [...wanted.keys()].filter((topic) => names.has(topic))
    const standing = topics.length === 0 ? [] : (await admin.fetchTopicMetadata({ topics })).topics
    refuseOthers(standing, wanted)
    const created = await create(admin, wanted, new Set(topics), config, replication)
    const drifted = await driftOf(admin, topics, config)
    if (options.fix === true) await mend(admin, drifted)
    return {
      created,
      unchanged: topics.filter((topic) => !drifted.some((one) => one.topic === topic)),
      drifted,
      warnings: [...thinOf(standing, replication), ...(await warningsOfBroker(admin))],
    }
  } catch (error) {
    throw error instanceof RapportError ? error : unavailable(error)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

function unknown(environment: string, { environments }: TopicsDefinition): never {
  const known = Object.keys(environments)
  throw new RapportError('unknown-environment', `There is no environment ${environment}: ${known.join(', ')}.`, {
    environment,
    known,
  })
}

function refuseOthers(standing: readonly ITopicMetadata[], wanted: ReadonlyMap<string, number>): void {
  const others = standing.filter(({ name, partitions }) => partitions.length !== wanted.get(name))
  if (others.length === 0) return
  const words = others.map(({ name, partitions }) => `${name} has ${partitions.length}, not ${wanted.get(name)}`)
  throw new RapportError('topics-refused', `Partitions must never change: ${words.join('; ')}.`, {
    topics: others.map(({ name }) => name),
  })
}

async function create(
  admin: Admin,
  wanted: ReadonlyMap<string, number>,
  standing: ReadonlySet<string>,
  config: Readonly<Record<string, string>>,
  { replicationFactor }: Replication,
): Promise<readonly string[]> {
  const missing = [...wanted].filter(([topic]) => !standing.has(topic))
  if (missing.length === 0) return []
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  await admin.createTopics({
    topics: missing.map(([topic, numPartitions]) => ({ topic, numPartitions, replicationFactor, configEntries })),
    // kafkajs takes a broker that has not heard of a topic yet for one that never will.
    waitForLeaders: false,
    timeout: SECONDS_TO_LEAD * 1_000,
  })
  const created = missing.map(([topic]) => topic)
  await untilLed(admin, created)
  return created
}

/** A broker may know that it leads before it does: only one that answers for a partition takes the first message. */
async function untilLed(admin: Admin, topics: readonly string[]): Promise<void> {
  const end = performance.now() + SECONDS_TO_LEAD * 1_000
  for (const topic of topics)
    for (;;) {
      try {
        await admin.fetchTopicOffsets(topic)
        break
      } catch (error) {
        if (!isPassing(error) || performance.now() > end) throw error
        await sleep(100)
      }
    }
}

async function driftOf(
  admin: Admin,
  topics: readonly string[],
  config: Readonly<Record<string, string>>,
): Promise<readonly Drift[]> {
  if (topics.length === 0) return []
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: TOPIC, name, configNames: Object.keys(config) })),
  })
  return resources.flatMap(({ resourceName: topic, configEntries }) =>
    configEntries
      .filter(({ configName, configValue }) => configValue !== config[configName])
      .map(({ configName: setting, configValue: is }) => ({ topic, setting, is, wanted: config[setting]! })),
  )
}

/** Kafka's call replaces every setting of a topic: what it was given otherwise is given again. */
async function mend(admin: Admin, drifted: readonly Drift[]): Promise<void> {
  const topics = [...new Set(drifted.map(({ topic }) => topic))]
  if (topics.length === 0) return
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: TOPIC, name })),
  })
  await admin.alterConfigs({
    validateOnly: false,
    resources: resources.map(({ resourceName: name, configEntries }) => {
      const own = configEntries.filter(({ configSource }) => configSource === kafkajs.ConfigSource.TOPIC_CONFIG)
      const entries = new Map(own.map(({ configName, configValue }) => [configName, configValue]))
      for (const { topic, setting, wanted } of drifted) if (topic === name) entries.set(setting, wanted)
      return { type: TOPIC, name, configEntries: [...entries].map(([n, value]) => ({ name: n, value })) }
    }),
  })
}

const thinOf = (standing: readonly ITopicMetadata[], { replicationFactor }: Replication): readonly string[] =>
  standing
    .filter(({ partitions }) => partitions.some(({ replicas }) => replicas.length < replicationFactor))
    .map(({ name }) => `${name} has fewer than ${replicationFactor} replicas; reassign its partitions.`)

async function warningsOfBroker(admin: Admin): Promise<readonly string[]> {
  const { brokers } = await admin.describeCluster()
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: brokers.map(({ nodeId }) => ({
      type: BROKER,
      name: String(nodeId),
      configNames: ['offsets.retention.minutes'],
    })),
  })
  const short = resources.filter(({ configEntries }) =>
    configEntries.some(({ configValue }) => Number(configValue) < OFFSETS_DAYS * 24 * 60),
  )
  if (short.length === 0) return []
  return [
    `offsets.retention.minutes is ${short[0]!.configEntries[0]!.configValue} on broker ${short.map(({ resourceName }) => resourceName).join(', ')}: a service that is down for longer loses its place. Set it to ${OFFSETS_DAYS * 24 * 60} or more.`,
  ]
}
