import { existsSync, readFileSync } from 'node:fs'
import { HOUSE, keep, RapportError, uuidv7, type Messages } from '@rapport/events'
import { openEventStoreDb } from '@rapport/eventstoredb'
import { KafkaMessages } from '@rapport/kafka'
import { openMongo, readMasterKey } from '@rapport/mongodb'
import { ConfigError, type Config, type ServiceOptions } from '@rapport/service'
import type { Ports, StoreIdentity } from './house.ts'
import { kafkaAccess } from './kafka-access.ts'
import { knowStore } from './known-store.ts'
import { MOVE, type MoveTarget } from './move/restore.ts'
import { addressVariables, type serversVariables } from './variables.ts'

export type ServersConfig = Config<typeof serversVariables>

/** The ports on the servers, open. */
export interface Servers {
  readonly ports: Ports
  readonly messages: Messages
  readonly store: StoreIdentity
  close(): Promise<void>
}

/** Whether an environment names the servers. {@link ConfigError} where it names some of them: nobody means half. */
export function namesServers(env: Readonly<Record<string, string | undefined>>): boolean {
  const all = Object.keys(addressVariables)
  const missing = all.filter((name) => (env[name] ?? '') === '')
  if (missing.length > 0 && missing.length < all.length)
    throw new ConfigError([
      `${missing.join(' and ')} missing beside ${all.filter((name) => !missing.includes(name)).join(' and ')}: set all three for the servers, none for a data folder.`,
    ])
  return missing.length === 0
}

/** Connects to the servers: `unavailable` where one does not answer, or what a key file or a database says. */
export async function openServers(
  config: ServersConfig,
  clientId: string,
  log: NonNullable<ServiceOptions['log']>,
): Promise<Servers> {
  const { DEPLOYMENT } = config
  const access = kafkaAccess(config)
  const stores = await openStores(config)
  const messages = new KafkaMessages({
    ...access,
    clientId,
    prefix: DEPLOYMENT,
    onLog: ({ level, message, detail }) => log[level](detail, message),
    onForeign: (foreign) => log.warn({ ...foreign }, 'a record that is no message of ours was passed over'),
  })
  const close = async (): Promise<void> => {
    await Promise.allSettled([messages.close(), stores.close()])
  }
  try {
    return { ports: stores.ports, messages, store: await identity(stores.ports), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Connects to the servers for a store to move to; nothing is made there yet, not even which store it is. */
export async function openMoveTarget(config: ServersConfig): Promise<MoveTarget & { close(): Promise<void> }> {
  const { ports, close } = await openStores(config)
  return {
    ports,
    heard: 'broker',
    async finish(store) {
      await keep(ports.ops, STORE, { ...store })
      const begun = await ports.ops.get(HOUSE, MOVE)
      if (begun !== undefined) await ports.ops.set(HOUSE, MOVE, undefined, begun.version)
    },
    close,
  }
}

async function openStores({
  EVENTSTORE_URL,
  MONGODB_URL,
  KEYS_MASTER_KEY_FILE,
  DEPLOYMENT,
}: ServersConfig): Promise<{ readonly ports: Ports; close(): Promise<void> }> {
  const masterKey = await readMasterKey(KEYS_MASTER_KEY_FILE)
  const mongo = await openMongo({ url: MONGODB_URL, prefix: DEPLOYMENT, masterKey })
  const events = openEventStoreDb({ url: EVENTSTORE_URL })
  const { documents, ops, keys } = mongo
  return {
    ports: { events, documents, ops, keys },
    close: async () => void (await Promise.allSettled([events.close(), mongo.close()])),
  }
}

const STORE = 'store'

/** Which store this is: made once, by whoever comes first. */
async function identity(ports: Ports): Promise<StoreIdentity> {
  const { ops } = ports
  if ((await ops.get(HOUSE, MOVE)) !== undefined)
    throw new RapportError(
      'restore-incomplete',
      'A store is moving to these servers: run the same rapport restore again until it has ended.',
    )
  const found = await ops.get(HOUSE, STORE)
  if (found !== undefined) return found.value as unknown as StoreIdentity
  // A deployment that does not fit the event store leaves nothing behind that a later one would have to explain.
  await knowStore(ports)
  await ops.set(HOUSE, STORE, { id: uuidv7(), restores: 0 }, 'none')
  return identity(ports)
}

/** The key of the tokens, from a file that must be there: services share it, none makes its own. */
export function sharedTokenKey(file: string): Uint8Array {
  const invalid = (what: string) =>
    new RapportError('invalid-token-key', `The file of the token key, ${file}, ${what}.`)
  if (!existsSync(file)) throw invalid('is not there')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw invalid(`cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  const key = Buffer.from(text.trim(), 'base64url')
  if (key.length < 32) throw invalid('holds fewer than 32 bytes')
  return key
}

/** Whether an error is for whoever configures the deployment: to start again as it is gives the same. */
export const misconfigured = (error: unknown): boolean =>
  (error as { name?: unknown }).name === 'ConfigError' || (error instanceof RapportError && unusable.has(error.code))
const unusable: ReadonlySet<string> = new Set([
  ...['invalid-address', 'invalid-prefix', 'invalid-master-key', 'wrong-master-key', 'invalid-token-key'],
  ...['secrets-missing', 'store-differs'],
])
