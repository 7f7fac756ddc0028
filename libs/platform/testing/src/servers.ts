import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { join } from 'node:path'
import type * as Jest from '@jest/globals'

/** A server that a suite can run on: the variable that holds its address, and its name in titles. */
const servers = {
  kafka: { variable: 'KAFKA_BROKERS', name: 'Kafka' },
  mongodb: { variable: 'MONGODB_URL', name: 'MongoDB' },
  eventstore: { variable: 'EVENTSTORE_URL', name: 'EventStoreDB' },
} as const
export type ServerKind = keyof typeof servers

/** The environment for a process of a suite: without the servers that suites run on, which it is given by name, and without Jest's flags for Node. */
export function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env
  for (const { variable } of Object.values(servers)) delete env[variable]
  return env
}

type Found = { readonly address: string; readonly stop: () => Promise<void> } | { readonly reason: string }

/**
 * Registers a suite that needs servers: each is taken from its variable, else from Testcontainers where a container runtime answers.
 * Otherwise the suite is one skipped test that names the reason, or a failing one where REQUIRE_SERVERS lists the server.
 */
export async function onServers<K extends ServerKind>(
  kinds: readonly K[],
  suite: (addresses: Readonly<Record<K, string>>) => void,
): Promise<void> {
  const { afterAll, it } = globalThis as unknown as typeof Jest
  const addresses: Partial<Record<K, string>> = {}
  const missing: { kind: K; reason: string }[] = []
  for (const kind of kinds) {
    const found = await find(kind)
    if ('reason' in found) missing.push({ kind, reason: found.reason })
    else {
      addresses[kind] = found.address
      afterAll(found.stop)
    }
  }
  if (missing.length === 0) return suite(addresses as Record<K, string>)
  const words = missing.map(({ kind, reason }) => `no ${servers[kind].name}: ${reason}`).join('; ')
  if (!missing.some(({ kind }) => required(kind))) return it.skip(`needs servers (${words})`, () => {})
  it(`needs servers, and REQUIRE_SERVERS asks for them (${words})`, () => {
    throw new Error(words)
  })
}

const required = (kind: ServerKind): boolean => (process.env['REQUIRE_SERVERS'] ?? '').split(',').includes(kind)

async function find(kind: ServerKind): Promise<Found> {
  const { variable } = servers[kind]
  const address = process.env[variable]
  if (address) return { address, stop: async () => {} }
  // What the runtime answers counts, not whether a client of it is installed.
  const { getContainerRuntimeClient } = await import('testcontainers')
  try {
    await getContainerRuntimeClient()
  } catch (error) {
    return { reason: `${variable} is not set, and ${(error as Error).message}` }
  }
  return containers[kind]()
}

const containers: Record<ServerKind, () => Promise<Found>> = {
  async kafka() {
    const { KafkaContainer } = await import('@testcontainers/kafka')
    const started = await new KafkaContainer('confluentinc/cp-kafka:8.1.0').withKraft().start()
    return {
      address: `${started.getHost()}:${started.getMappedPort(9093)}`,
      stop: async () => void (await started.stop()),
    }
  },
  async mongodb() {
    const { MongoDBContainer } = await import('@testcontainers/mongodb')
    const started = await new MongoDBContainer('mongo:8.2').start()
    return {
      address: `${started.getConnectionString()}?directConnection=true`,
      stop: async () => void (await started.stop()),
    }
  },
  async eventstore() {
    const { GenericContainer, Wait } = await import('testcontainers')
    const started = await new GenericContainer('kurrentplatform/kurrentdb:26.1')
      .withEnvironment({ KURRENTDB_INSECURE: 'true', KURRENTDB_MEM_DB: 'true', KURRENTDB_TELEMETRY_OPTOUT: 'true' })
      .withExposedPorts(2113)
      .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
      .start()
    return {
      address: `esdb://${started.getHost()}:${started.getMappedPort(2113)}?tls=false`,
      stop: async () => void (await started.stop()),
    }
  },
}

// ── A server of a suite's own, which it may kill ──────────────────────────────────────────────────────────────────

export interface OwnServer {
  readonly address: string
  /** SIGKILL; the data stays. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  /** Kills it and deletes its data. */
  dispose(): Promise<void>
}

const scripts = {
  kafka: { file: 'kafka.sh', port: 'KAFKA_PORT' },
  mongodb: { file: 'mongo.sh', port: 'MONGODB_PORT' },
} as const

/** `../shared/servers`, where servers can be started without containers. */
const serversFolder = fileURLToPath(new URL('../../../../../shared/servers/', import.meta.url))
export const canOwn = (kind: keyof typeof scripts): boolean => existsSync(join(serversFolder, scripts[kind].file))

/** Starts a server on a port and a folder of its own. `env`: KAFKA_EXTRA_PROPERTIES, MONGODB_EXTRA_OPTIONS. */
export async function ownServer(
  kind: keyof typeof scripts,
  options: { readonly port: number; readonly env?: Readonly<Record<string, string>> },
): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-own-server-'))
  const { file, port } = scripts[kind]
  const env = { ...process.env, ...options.env, [port]: String(options.port), RAPPORT_SERVERS_DIR: folder }
  const run = (action: string): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile('bash', [join(serversFolder, file), action], { env }, (error, stdout, stderr) =>
        error ? reject(new Error(`${file} ${action}: ${stderr}`)) : resolve(stdout),
      )
    })
  const address = /=(\S+)/.exec(await run('start'))?.[1]?.replace(/^['"]|['"]$/g, '')
  if (address === undefined) throw new Error(`${file} start printed no address.`)
  return {
    address,
    kill: async () => void (await run('kill')),
    start: async () => void (await run('start')),
    stop: async () => void (await run('stop')),
    async dispose() {
      await run('wipe')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Takes topics of a suite away again, in a process of its own: the driver is for its adapter only. */
export async function removeTopics(brokers: string, topics: readonly string[]): Promise<void> {
  const code = `
    import { Kafka, logLevel } from 'kafkajs'
    const [brokers, ...topics] = process.argv.slice(1)
    const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.deleteTopics({ topics })
    await admin.disconnect()`
  const cwd = fileURLToPath(new URL('../../../../', import.meta.url))
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, brokers, ...topics], { cwd })
}
