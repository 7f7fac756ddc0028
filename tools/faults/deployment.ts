import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { START, uuidv7, type EventStore } from '@rapport/events'
import { openEventStoreDb } from '@rapport/eventstoredb'
import { sharedTokenKey } from '@rapport/house'
import { ensureTopics, readTopics } from '@rapport/kafka'
import { openMongo, readMasterKey, type MongoHouse } from '@rapport/mongodb'
import { localTokens } from '@rapport/service'
import { topicsDefinition } from '../generators/messages/topics-file.ts'
import { Service } from './services.ts'
import { startServers, type RealEventStore, type Server, type ServerName } from './servers.ts'

/** Two of each that stand by for one another: two relays and two clocks of communication, two that feed the read models. */
const processes = [
  ['engagements', 'engagements'],
  ['communication-1', 'communication'],
  ['communication-2', 'communication'],
  ['projection-1', 'projection'],
  ['projection-2', 'projection'],
] as const
const STARTING = 60_000

/** The event store that was given is in use. */
export class NotEmpty extends Error {}

/** The whole product as separate services on servers of its own, and ways to look behind them. */
export class Deployment {
  readonly servers: readonly Server[]
  readonly services: readonly Service[]
  /** Connections of this process, which outlive every outage. */
  readonly store: EventStore
  readonly mongo: MongoHouse
  readonly mint: ReturnType<typeof localTokens>['mint']

  private constructor(given: Pick<Deployment, 'servers' | 'services' | 'store' | 'mongo' | 'mint'>) {
    this.servers = given.servers
    this.services = given.services
    this.store = given.store
    this.mongo = given.mongo
    this.mint = given.mint
  }

  static async start(dir: string, logs: string, real?: RealEventStore): Promise<Deployment> {
    const servers = await startServers(dir, real)
    try {
      return await begin(dir, logs, servers, (given) => new Deployment(given))
    } catch (error) {
      await Promise.allSettled(servers.map((server) => server.dispose()))
      throw error
    }
  }

  server(name: ServerName): Server {
    return this.servers.find((server) => server.name === name)!
  }
  get brokers(): readonly string[] {
    return this.server('Kafka').address.split(',')
  }
  of(app: string): readonly Service[] {
    return this.services.filter((service) => service.app === app)
  }

  /** Resolves once every service says that it is ready; answers the names of those that do not in time. */
  async ready(ms = STARTING): Promise<readonly string[]> {
    const end = performance.now() + ms
    for (;;) {
      const states = await Promise.all(
        this.services.map(async (service) => ({ service, ready: await service.ready() })),
      )
      const waiting = states.filter(({ ready }) => !ready).map(({ service }) => service.name)
      if (waiting.length === 0 || performance.now() > end) return waiting
      await sleep(100)
    }
  }

  /** Ends everything at once, whatever stands. */
  async destroy(): Promise<void> {
    await Promise.allSettled(this.services.map((service) => service.destroy()))
    await Promise.allSettled([this.store.close(), this.mongo.close()])
    await Promise.allSettled(this.servers.map((server) => server.dispose()))
  }
}

async function begin(
  dir: string,
  logs: string,
  servers: readonly Server[],
  make: (given: Pick<Deployment, 'servers' | 'services' | 'store' | 'mongo' | 'mint'>) => Deployment,
): Promise<Deployment> {
  const [events, kafka, mongodb] = servers.map(({ address }) => address) as [string, string, string]
  const secrets = { KEYS_MASTER_KEY_FILE: join(dir, 'master.key'), TOKEN_KEY_FILE: join(dir, 'token.key') }
  for (const [file, encoding] of Object.entries({
    KEYS_MASTER_KEY_FILE: 'base64',
    TOKEN_KEY_FILE: 'base64url',
  } as const))
    writeFileSync(secrets[file as keyof typeof secrets], randomBytes(32).toString(encoding), { mode: 0o600 })
  await ensureTopics({
    brokers: kafka.split(','),
    clientId: 'faults',
    definition: readTopics(topicsDefinition()),
    environment: 'single',
  })
  const mongo = await openMongo({ url: mongodb, masterKey: await readMasterKey(secrets.KEYS_MASTER_KEY_FILE) })
  const store = openEventStoreDb({ url: events })
  if ((await store.head([])) !== START) {
    await Promise.allSettled([store.close(), mongo.close()])
    throw new NotEmpty('The event store holds events already; the proof accounts for every event and wants it empty.')
  }
  const env = { EVENTSTORE_URL: events, MONGODB_URL: mongodb, KAFKA_BROKERS: kafka, ...secrets, LOG_LEVEL: 'warn' }
  mkdirSync(logs, { recursive: true })
  const services: Service[] = []
  for (const [name, app] of processes) services.push(await Service.start(name, app, env, logs))
  const { mint } = localTokens(sharedTokenKey(secrets.TOKEN_KEY_FILE))
  const deployment = make({ servers, services, store, mongo, mint })
  const waiting = await deployment.ready()
  if (waiting.length === 0) return deployment
  await deployment.destroy()
  throw new Error(
    `Not ready in time: ${waiting.join(', ')} (${[...new Set(services.flatMap(({ ended }) => ended))].join(' ')})`,
  )
}

/** A name that a run does not share with another. */
export const unique = (name: string): string => `${name}-${uuidv7()}`
