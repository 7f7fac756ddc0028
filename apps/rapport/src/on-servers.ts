import { namesServers, serveOnServers, serversVariables } from '@rapport/house'
import type { HouseRole } from '@rapport/house'
import { createLogger, edgeVariables, readConfig } from '@rapport/service'
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
  const { roles, clock } = options
  const { mint, ...serving } = await serveOnServers(config, {
    name: 'rapport',
    version,
    log: createLogger(options.log === true ? config.LOG_LEVEL : 'silent', process.stderr),
    ...(roles && { roles }),
    ...(clock && { clock }),
  }).catch((error: unknown) => {
    throw portTaken(error, config.PORT)
  })
  return {
    ...serving,
    token: ({ subject, ...rest }) => mint({ subject: subject ?? `local-${rest.role}`, ...rest }),
    settled: () => settled(serving),
  }
}

/** For what works on a data folder only; `instead` says what an operator of the servers does. */
export function notOnServers(env: Environment, instead: string): void {
  if (namesServers(env)) throw new Ended('usage', `The environment names the servers: ${instead}`, 'on-servers')
}
