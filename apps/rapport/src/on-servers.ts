import { namesServers, openServers, operations, serveHouse, serversVariables, sharedTokenKey } from '@rapport/house'
import type { HouseRole } from '@rapport/house'
import { createLogger, edgeVariables, localTokens, readConfig } from '@rapport/service'
import { Ended } from './exit-codes.ts'
import { portTaken, settled, type Running } from './running.ts'
import { version } from './version.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface OnServersOptions {
  readonly env: Environment
  readonly port?: number
  readonly log?: boolean
  readonly clock?: () => Temporal.Instant
  /** Default: the whole product. */
  readonly roles?: readonly HouseRole[]
}

/** The product in one process on the servers that the environment names, beside whatever else works on them. */
export async function openOnServers(options: OnServersOptions): Promise<Running> {
  const config = readConfig(
    { ...edgeVariables, ...serversVariables },
    { ...options.env, ...(options.port !== undefined && { PORT: String(options.port) }) },
  )
  const clock = options.clock ?? (() => Temporal.Now.instant())
  const log = createLogger(options.log === true ? config.LOG_LEVEL : 'silent', process.stderr)
  const tokens = localTokens(sharedTokenKey(config.TOKEN_KEY_FILE), clock)
  const servers = await openServers(config, 'rapport', log)
  try {
    const serving = await serveHouse({
      ports: servers.ports,
      messages: servers.messages,
      store: servers.store,
      shared: true,
      config,
      version,
      verify: tokens.verify,
      clock,
      log,
      ...(options.roles && { roles: options.roles }),
      operations: (house) => operations(house, servers.ports, clock, { relayed: true }),
      onClosed: () => servers.close(),
    })
    return {
      ...serving,
      token: ({ subject, ...rest }) => tokens.mint({ subject: subject ?? `local-${rest.role}`, ...rest }),
      settled: () => settled(serving),
    }
  } catch (error) {
    await servers.close()
    throw portTaken(error, config.PORT)
  }
}

/** For what works on a data folder only; `instead` says what an operator of the servers does. */
export function notOnServers(env: Environment, instead: string): void {
  if (namesServers(env)) throw new Ended('usage', `The environment names the servers: ${instead}`, 'on-servers')
}
