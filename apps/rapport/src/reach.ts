import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TokenRole } from '@rapport/service'
import { Client } from './client.ts'
import { Ended } from './exit-codes.ts'
import type { Running } from './running.ts'
import type { RunningServer } from './server.ts'

/** Where a command works: a server by address and token, or a data folder. */
export interface Where {
  readonly data: string
  readonly tenant: string
  readonly url?: string
  readonly token?: string
}

/**
 * Runs `work` against a server. With an address: that one. On a folder that nobody holds the whole process runs for as long as the work
 * takes, and ends when the read models have reached its last event; on a folder that a running one holds, the work goes to that process
 * with a token made from the folder's own key (contracts.md §10).
 */
export async function reach<T>(
  where: Where,
  role: TokenRole,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
  /** What is done instead on a folder that nobody holds. */
  alone?: () => Promise<T>,
): Promise<T> {
  if (where.url !== undefined) {
    if (where.token === undefined) throw new Ended('usage', '--url needs --token.')
    if (!/^https?:$/.test(URL.parse(where.url)?.protocol ?? ''))
      throw new Ended('usage', '--url takes an address like http://127.0.0.1:4680.')
    return work(new Client(where.url, where.token, signal))
  }
  // Loaded only now: an address needs none of it.
  const { namesServers } = await import('@rapport/house')
  if (namesServers(process.env)) return onServers(where, role, signal, work)
  const end = performance.now() + PATIENCE
  for (;;) {
    const found = await held(where.data, alone, (server) => within(server, where, role, signal, work))
    if ('done' in found) return found.done
    const client = found.url === undefined ? undefined : await clientOf(found.url, where, role, signal)
    try {
      if (client !== undefined) return await work(client)
    } catch (error) {
      // Who was just leaving has answered nothing: the folder is free now, or somebody else's.
      if (client!.answered || !(error instanceof Ended) || error.exit !== 'unreachable') throw error
    }
    if (performance.now() > end) throw found.inUse
    await sleep(100)
  }
}

/** How long to wait for a process that has just taken the folder and does not say yet where it listens, or is just leaving it. */
const PATIENCE = 30_000

async function clientOf(url: string, { data, tenant }: Where, role: TokenRole, signal: AbortSignal): Promise<Client> {
  const [{ localTokens, tokenKey }, { keyFile }] = await Promise.all([
    import('@rapport/service'),
    import('./server.ts'),
  ])
  const tokens = localTokens(tokenKey(keyFile(resolve(data))))
  return new Client(url, await tokens.mint({ tenant, subject: `local-${role}`, role }), signal)
}

/** The work in a process of its own, which ends when the read models have reached its last event. */
async function within<T>(
  server: Running,
  { tenant }: Where,
  role: TokenRole,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  await server.settled()
  const client = new Client(server.url, await server.token({ tenant, role }), signal)
  const done = await work(client)
  await server.settled()
  return done
}

/** On the servers that the environment names. What the work recorded is told and reacted to by the services that run there. */
async function onServers<T>(
  where: Where,
  role: TokenRole,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { openOnServers } = await import('./on-servers.ts')
  const server = await openOnServers({ env: process.env, port: 0, roles: ['api', 'query', 'project'] })
  try {
    return await within(server, where, role, signal, work)
  } finally {
    await server.close()
  }
}

/** Runs the work in a server of its own, or answers who holds the folder. */
async function held<T>(
  data: string,
  alone: (() => Promise<T>) | undefined,
  work: (server: RunningServer) => Promise<T>,
): Promise<{ readonly done: T } | { readonly inUse: unknown; readonly url: string | undefined }> {
  const { openServer } = await import('./server.ts')
  let server: RunningServer
  try {
    if (alone !== undefined) return { done: await alone() }
    server = await openServer({ data, port: 0 })
  } catch (error) {
    const { code, detail } = error as { code?: string; detail?: { holder?: { url?: string } } }
    if (code !== 'folder-in-use') throw error
    return { inUse: error, url: detail?.holder?.url }
  }
  try {
    return { done: await work(server) }
  } finally {
    await server.close()
  }
}

/** A folder that only reading commands are sent to must be there already: a mistyped path is no new store. */
export function mustExist({ data, url }: Where): void {
  if (url !== undefined || (process.env['EVENTSTORE_URL'] ?? '') !== '') return
  // Where only the events are gone the folder itself says so.
  if (!['events.db', 'keys.db', 'documents.db'].some((file) => existsSync(resolve(data, file))))
    throw new Ended('not-found', `There is no data folder at ${data}.`, 'folder-missing')
}
