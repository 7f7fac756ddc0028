import { localTokens, type EdgeConfig, type ServiceOptions } from '@rapport/service'
import type { HouseRole } from './house.ts'
import { operations } from './operations.ts'
import { serveHouse, type Serving } from './serve.ts'
import { openServers, sharedTokenKey, type ServersConfig } from './servers.ts'

export interface OnServers {
  /** What the servers are told of who connects. */
  readonly name: string
  readonly version: string
  readonly log: NonNullable<ServiceOptions['log']>
  /** Default: all, as of {@link serveHouse}. */
  readonly contexts?: readonly string[]
  readonly roles?: readonly HouseRole[]
  readonly clock?: () => Temporal.Instant
}

/** Serves the product, or a part of it, on the servers of a configuration, beside whatever else works on them. */
export async function serveOnServers(
  config: EdgeConfig & ServersConfig,
  { name, version, log, contexts, roles, clock = () => Temporal.Now.instant() }: OnServers,
): Promise<Serving & { readonly mint: ReturnType<typeof localTokens>['mint'] }> {
  const tokens = localTokens(sharedTokenKey(config.TOKEN_KEY_FILE), clock)
  const { ports, messages, store, close } = await openServers(config, name, log)
  try {
    const serving = await serveHouse({
      ports,
      messages,
      store,
      shared: true,
      config,
      version,
      verify: tokens.verify,
      clock,
      log,
      ...(contexts && { contexts }),
      ...(roles && { roles }),
      operations: (house) => operations(house, ports, clock, { relayed: true }),
      onClosed: close,
    })
    return { ...serving, mint: tokens.mint }
  } catch (error) {
    await close()
    throw error
  }
}
