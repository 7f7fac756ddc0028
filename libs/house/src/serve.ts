import { setTimeout as sleep } from 'node:timers/promises'
import type { Messages, Position } from '@rapport/events'
import {
  clockCheck,
  createReactionService,
  createService,
  type Check,
  type EdgeConfig,
  type Operation,
  type ServiceOptions,
  type Verify,
} from '@rapport/service'
import { createHouse, type House, type HouseRole, type Ports, type StoreIdentity } from './house.ts'
import { knowStore } from './known-store.ts'
import { serverChecks } from './server-checks.ts'

export interface ServeOptions {
  readonly ports: Ports
  readonly store: StoreIdentity
  readonly config: EdgeConfig
  readonly version: string
  readonly verify: Verify
  readonly contexts?: readonly string[]
  readonly roles?: readonly HouseRole[]
  readonly messages?: Messages
  readonly shared?: boolean
  readonly clock?: () => Temporal.Instant
  readonly operations: (house: House) => readonly Operation[]
  readonly log: NonNullable<ServiceOptions['log']>
  /** Between what was made and the door: what listens there is announced before the house begins to work. */
  readonly onListening?: (url: string) => void
  /** Runs when everything has ended. */
  readonly onClosed: () => Promise<void>
}

export interface Serving {
  readonly url: string
  readonly house: House
  /** Resolves when the read models have reached what is stored now; rejects with what stopped them. */
  settled(): Promise<void>
  /** Rejects when the read models stop for good. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

/** Milliseconds in which what failed to start must have ended. */
const ENDING = 5_000
const LOOK = 60_000

/** Brings up a house on its ports and opens its door. Rejects with the system's code where the port is taken. */
export async function serveHouse(options: ServeOptions): Promise<Serving> {
  const { ports, config, log } = options
  const clock = options.clock ?? (() => Temporal.Now.instant())
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const house = createHouse(ports, {
    ...options,
    clock,
    onStopped: (error) => failed.reject(error as Error),
    onTrouble: (what, error) => log.warn({ what, error: words(error) }, 'waiting'),
  })
  const { messages } = options
  let close: (() => Promise<void>) | undefined
  let closing = false
  try {
    // Before anything waits for a server that does not answer, or writes beside what it cannot read.
    if (options.shared === true) await knowStore(ports)
    await house.settle()
    const reactions =
      messages !== undefined && house.does('react')
        ? await createReactionService({ reactor: house.reactor, messages, log })
        : undefined
    const service = await createService({
      config,
      version: options.version,
      registry: house.served,
      handle: house.handle,
      keys: house.keys,
      verify: options.verify,
      ...(house.does('query') ? { views: house.views } : { viewsElsewhere: house.views }),
      operations: options.operations(house),
      log,
      ready: () => checks(house, ports, options.shared === true, clock),
      lag: () => house.lag(),
      onClosed: async () => {
        await reactions?.close()
        await house.stop()
        await options.onClosed()
      },
    })
    close = () => service.close()
    const { url } = await service.listen()
    options.onListening?.(url)
    await house.start()
    await reactions?.start()
    return {
      url,
      house,
      async settled() {
        let head: Position
        do head = await ports.events.head([])
        while (!closing && !(await Promise.race([house.projection.waitFor(head, LOOK), failed.promise])))
      },
      failed: failed.promise,
      close() {
        closing = true
        return service.close()
      },
    }
  } catch (error) {
    // What listens already would keep the process alive; what cannot end in order must not hold up the error.
    await Promise.race([close?.().catch(() => {}), sleep(ENDING, undefined, { ref: false })])
    throw error
  }
}

/** No message of a driver: it may hold addresses, or what was sent. */
const words = (error: unknown): string => {
  const { code, name } = error as { code?: string; name?: string }
  return code ?? name ?? 'unknown'
}

async function checks(
  house: House,
  ports: Ports,
  shared: boolean,
  clock: () => Temporal.Instant,
): Promise<readonly Check[]> {
  const { recorded, stopped } = house.projection.lag()
  const first = [clockCheck(clock(), recorded === '' ? undefined : recorded)]
  if (shared) {
    const servers = await serverChecks(ports)
    first.push(...servers)
    if (!servers.every(({ ok }) => ok)) return first
  }
  if (!house.does('query') && !house.does('project')) return first
  // Among others, lag is normal under load, and who asks with wait-for hears of it.
  const reached =
    stopped === undefined &&
    (shared ? house.projection.up : await house.projection.waitFor(await ports.events.head([]), 1_000))
  return [
    ...first,
    {
      name: 'read-models',
      ok: reached,
      ...(!reached && {
        words:
          stopped !== undefined
            ? 'They have stopped.'
            : shared
              ? 'They are being built.'
              : 'They lag behind the store.',
      }),
    },
  ]
}
