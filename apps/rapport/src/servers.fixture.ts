import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { registry, sharedTokenKey } from '@rapport/house'
import { ensureTopics } from '@rapport/kafka'
import { localTokens } from '@rapport/service'
import { removeTopics, startDouble } from '@rapport/testing'
import { root, scratch } from './cli.fixture.ts'
import type { Product } from './product.fixture.ts'

/**
 * The product folds every event of its store and refuses one with events of others: what EVENTSTORE_URL names is shared by the suites of
 * the adapter. A real one that is empty, for a single suite file: EMPTY_EVENTSTORE_URL.
 */
const given = process.env['EMPTY_EVENTSTORE_URL'] || undefined
/** The event store of these deployments, for titles. */
export const eventStore = given === undefined ? 'a double of EventStoreDB' : 'EventStoreDB'

/** A deployment of its own on the servers, and its topics. */
export async function deployment(addresses: { readonly kafka: string; readonly mongodb: string }) {
  const folder = scratch('deployment')
  const double = given === undefined ? await startDouble() : undefined
  const prefix = `t${randomUUID().slice(0, 8)}`
  const brokers = addresses.kafka.split(',')
  const definition = {
    topics: registry.streams.map(({ stream }) => ({ name: `${stream.name}.v1`, partitions: 3 })),
    config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'max.message.bytes': '2097152' },
    environments: { single: { replicationFactor: 1, minInsyncReplicas: 1 } },
  }
  await ensureTopics({ brokers, clientId: 'suite', prefix, definition, environment: 'single' })
  const files = { master: folder.path('master.key'), token: folder.path('token.key') }
  writeFileSync(files.master, randomBytes(32), { mode: 0o600 })
  writeFileSync(files.token, randomBytes(32).toString('base64url'), { mode: 0o600 })
  const env = {
    EVENTSTORE_URL: given ?? double!.address,
    MONGODB_URL: addresses.mongodb,
    KAFKA_BROKERS: addresses.kafka,
    KEYS_MASTER_KEY_FILE: files.master,
    TOKEN_KEY_FILE: files.token,
    DEPLOYMENT: prefix,
    LOG_LEVEL: 'warn',
  }
  const tokens = localTokens(sharedTokenKey(files.token))
  return {
    env,
    token: ({ subject, role, ...rest }: Parameters<Product['token']>[0]) =>
      tokens.mint({ subject: subject ?? `local-${role}`, role, ...rest }),
    async dispose() {
      await double?.dispose()
      await removeTopics(
        addresses.kafka,
        definition.topics.map(({ name }) => `${prefix}.${name}`),
      ).catch(() => {})
      await folder.clean()
    },
  }
}

export interface ServiceProcess {
  readonly url: string
  readonly child: ChildProcess
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** A service as a process of its own, once it listens. */
export async function startService(
  app: 'engagements' | 'communication' | 'projection',
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const child = spawn(
    process.execPath,
    ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning', join(root, 'apps', app, 'src/main.ts')],
    { env: { ...inherited, PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line) as { url?: string }
    if (url === undefined) continue
    child.stdout.resume()
    return {
      url,
      child,
      async stop(signal = 'SIGTERM') {
        if (child.exitCode === null && child.signalCode === null) child.kill(signal)
        await ended
      },
    }
  }
  throw new Error(`${app} ended: ${errors}`)
}
