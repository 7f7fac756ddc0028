import { randomBytes, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RapportError } from '@rapport/events'
import { openEventStoreDb } from '@rapport/eventstoredb'
import { addressVariables, serversVariables, sharedTokenKey } from '@rapport/house'
import { ensureTopics, readTopics } from '@rapport/kafka'
import { localTokens, readConfig } from '@rapport/service'
import kafkajs from 'kafkajs'
import mongoose from 'mongoose'
import { topicConfig, topics } from '../../generators/messages/topics.ts'
import { tenant } from '../sample.ts'

/** What the figures were taken on, as it calls itself. */
export interface Servers {
  readonly events: string
  readonly documents: string
  readonly messages: string
}

/** A deployment of the bench's own on the servers: its topics, databases and keys. */
export interface Deployment {
  readonly servers: Servers
  /** For a process of the product. */
  readonly env: Readonly<Record<string, string>>
  readonly config: { readonly events: string; readonly mongodb: string; readonly brokers: readonly string[] }
  readonly prefix: string
  readonly masterKeyFile: string
  /** A topic that no process of the product writes to; it goes with the others. */
  readonly bareTopic: string
  /** Of a project manager of the sample's tenant. */
  token(): Promise<string>
  /** A prefix for databases that are removed with the deployment. */
  another(): string
  /** Removes topics, groups and databases. The streams stay: a log has no prefix of a deployment's own. */
  remove(): Promise<void>
}

const brokersOf = (brokers: readonly string[]): kafkajs.Kafka =>
  new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: kafkajs.logLevel.NOTHING })

/**
 * Makes a deployment on the servers that the environment names, with `double` in the place of EventStoreDB where one is given. A store that
 * holds events already is `store-not-empty`: the product would fold them too.
 */
export async function deploy(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  double: string | undefined,
): Promise<Deployment> {
  const given = double === undefined ? env : { ...env, EVENTSTORE_URL: double }
  const { EVENTSTORE_URL: events, MONGODB_URL: mongodb, KAFKA_BROKERS: brokers } = readConfig(addressVariables, given)
  await mustBeEmpty(events)
  const prefix = `bench-${randomUUID().slice(0, 8)}`
  const prefixes = [prefix]
  const masterKeyFile = join(folder, 'master.key')
  const tokenKeyFile = join(folder, 'token.key')
  writeFileSync(masterKeyFile, randomBytes(32), { mode: 0o600 })
  writeFileSync(tokenKeyFile, randomBytes(32).toString('base64url'), { mode: 0o600 })
  const servers = {
    events: double === undefined ? await eventStore(events) : 'EventStoreDB double',
    documents: await documents(mongodb),
    messages: 'Kafka',
  }
  const own = topics()
  const bare = { name: 'bench.bare.v1', partitions: own[0]!.partitions }
  const definition = readTopics({
    topics: [...own.map(({ stream, partitions }) => ({ name: `${stream}.v1`, partitions })), bare],
    config: topicConfig,
    environments: { single: { replicationFactor: 1, minInsyncReplicas: 1 } },
  })
  await ensureTopics({ brokers, clientId: 'bench', prefix, definition, environment: 'single' })
  const variables = {
    EVENTSTORE_URL: events,
    MONGODB_URL: mongodb,
    KAFKA_BROKERS: brokers.join(','),
    KEYS_MASTER_KEY_FILE: masterKeyFile,
    TOKEN_KEY_FILE: tokenKeyFile,
    DEPLOYMENT: prefix,
    LOG_LEVEL: 'error',
  }
  readConfig(serversVariables, variables)
  return {
    servers,
    env: variables,
    config: { events, mongodb, brokers },
    prefix,
    masterKeyFile,
    bareTopic: `${prefix}.${bare.name}`,
    token: () => localTokens(sharedTokenKey(tokenKeyFile)).mint({ tenant, role: 'pm', subject: 'bench' }),
    another() {
      const next = `${prefix}-${prefixes.length}`
      prefixes.push(next)
      return next
    },
    async remove() {
      const topics = definition.topics.map(({ name }) => `${prefix}.${name}`)
      const removed = await Promise.allSettled([
        removeTopics(brokers, prefix, topics),
        removeDatabases(mongodb, prefixes),
      ])
      for (const each of removed) if (each.status === 'rejected') throw each.reason
    },
  }
}

async function mustBeEmpty(url: string): Promise<void> {
  const store = openEventStoreDb({ url })
  try {
    if ((await store.head([])) === '') return
  } finally {
    await store.close()
  }
  throw new RapportError(
    'store-not-empty',
    'The event store that EVENTSTORE_URL names holds events: the product would fold them with its own. Name an empty one.',
  )
}

async function removeTopics(brokers: readonly string[], prefix: string, topics: string[]): Promise<void> {
  const admin = brokersOf(brokers).admin()
  await admin.connect()
  try {
    const { groups } = await admin.listGroups()
    const own = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(`${prefix}.`))
    if (own.length > 0) await admin.deleteGroups(own)
    await admin.deleteTopics({ topics })
  } finally {
    await admin.disconnect()
  }
}

async function removeDatabases(url: string, prefixes: readonly string[]): Promise<void> {
  await onMongo(url, async (client) => {
    for (const prefix of prefixes)
      for (const port of ['documents', 'ops', 'keys']) await client.db(`${prefix}-${port}`).dropDatabase()
  })
}

async function onMongo<T>(url: string, use: (client: mongoose.mongo.MongoClient) => Promise<T>): Promise<T> {
  const client = await new mongoose.mongo.MongoClient(url).connect()
  return use(client).finally(() => client.close())
}

/** What says it is another server under MongoDB's protocol is called by its own name. */
const documents = (url: string): Promise<string> =>
  onMongo(url, async (client) => {
    const { version, secantusVersion } = await client.db('admin').command({ buildInfo: 1 })
    return secantusVersion === undefined ? `MongoDB ${version}` : `SecantusDB ${secantusVersion}`
  })

async function eventStore(url: string): Promise<string> {
  const { host, searchParams } = new URL(url.replace(/^\w+(\+discover)?:/, 'http:'))
  const scheme = searchParams.get('tls') === 'false' ? 'http' : 'https'
  try {
    const info = (await (await fetch(`${scheme}://${host}/info`)).json()) as Readonly<Record<string, unknown>>
    const version = info['dbVersion'] ?? info['esVersion']
    return `${info['dbVersion'] === undefined ? 'EventStoreDB' : 'KurrentDB'} ${String(version)}`
  } catch {
    return 'an event store that does not say its version'
  }
}
