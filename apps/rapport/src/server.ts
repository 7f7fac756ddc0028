import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Position } from '@rapport/events'
import {
  clockCheck,
  createLogger,
  createService,
  edgeVariables,
  localTokens,
  readConfig,
  tokenKey,
  type Check,
  type TokenRole,
} from '@rapport/service'
import { mending, openFolder, type DataFolder } from '@rapport/sqlite'
import { makeDemo, wantsDemo } from './demo/make-demo.ts'
import type { StoryClock } from './demo/teller.ts'
import { createHouse, registry, type House } from '@rapport/house'
import { operations } from './operations.ts'
import { Ended, exitCodes } from './exit-codes.ts'
import { version } from './version.ts'

export interface ServerOptions {
  readonly data: string
  readonly port?: number
  /** Requests are logged to standard error; by default nothing is. */
  readonly log?: boolean
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly clock?: () => Temporal.Instant
  /** Makes the demo tenant where the store is empty. */
  readonly demo?: boolean
}

/** Everything in one process on embedded storage. */
export interface RunningServer {
  readonly url: string
  readonly data: string
  readonly folder: DataFolder
  readonly house: House
  token(options: {
    readonly tenant: string
    readonly role: TokenRole
    readonly subject?: string
    readonly stakeholder?: string
  }): Promise<string>
  /** Resolves when the read models have reached what is stored now. */
  settled(): Promise<void>
  /** Rejects when the read models stop for good. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

/** The file in a data folder whose key signs its tokens. */
export const keyFile = (data: string): string => join(data, 'token.key')

/** Opens the folder, brings up the house and listens on loopback. `folder-in-use`, `port-taken`, or what the folder says. */
export async function openServer(options: ServerOptions): Promise<RunningServer> {
  const data = resolve(options.data)
  const config = readConfig(edgeVariables, {
    ...options.env,
    ...(options.port !== undefined && { PORT: String(options.port) }),
  })
  const clock = options.clock ?? (() => Temporal.Now.instant())
  // After a failed write of the disk nobody knows what is stored: the process ends, it never goes on as if it had stored.
  const onFatal = (error: Error, file: string): never => {
    process.stderr.write(
      `The storage failed (${join(data, file)}): ${error.message}. If the file is damaged: ${mending(file)}\n`,
    )
    process.exit(exitCodes.failed.code)
  }
  let story: StoryClock | undefined
  let close: (() => Promise<void>) | undefined
  const folder = await openFolder(data, { onFatal, now: () => (story?.now() ?? clock()).epochMilliseconds })
  try {
    await folder.checkSecrets()
    if (options.demo === true && (await wantsDemo(folder))) {
      await makeDemo(folder, clock(), (told) => (story = told))
      story = undefined
    }
    const tokens = localTokens(tokenKey(keyFile(data)), clock)
    const failed = Promise.withResolvers<never>()
    failed.promise.catch(() => {})
    const house = createHouse(folder, { clock, onStopped: (error) => failed.reject(error as Error) })
    await house.settle(folder.store)
    const service = await createService({
      config,
      version,
      registry,
      handle: house.handle,
      keys: house.keys,
      verify: tokens.verify,
      views: house.views,
      operations: operations(house, folder, clock),
      log: createLogger(options.log === true ? config.LOG_LEVEL : 'silent', process.stderr),
      ready: () => checks(house, folder, clock),
      lag: () => house.lag(),
      onClosed: async () => {
        // Whoever waits for read models that stopped, the clock for one, would wait in vain.
        if (house.projection.lag().stopped !== undefined) await house.projection.stop()
        await house.stop()
        await folder.close()
      },
    })
    close = () => service.close()
    const { url } = await service.listen().catch((error: unknown) => {
      const { code } = error as { code?: string }
      if (code === 'EADDRINUSE' || code === 'EACCES')
        throw new Ended(
          'port-taken',
          `Port ${config.PORT} is taken (${code}); --port names another, 0 takes a free one.`,
        )
      throw error
    })
    folder.announce({ url })
    await house.start()
    return {
      url,
      data,
      folder,
      house,
      token: ({ subject, ...rest }) => tokens.mint({ subject: subject ?? `local-${rest.role}`, ...rest }),
      async settled() {
        let head: Position
        try {
          do head = await folder.events.head([])
          while (!(await Promise.race([house.projection.waitFor(head, 60_000), failed.promise])))
        } catch (error) {
          const { code, message } = error as { code?: string; message?: string }
          throw new Ended('failed', `The read models stopped: ${message ?? String(error)}`, code ?? 'failed')
        }
      },
      failed: failed.promise,
      close: () => service.close(),
    }
  } catch (error) {
    // What listens already would keep the process alive; what cannot end in order must not hold up the error.
    await Promise.race([close?.().catch(() => {}), sleep(ENDING, undefined, { ref: false })])
    await folder.close()
    throw error
  }
}

/** Milliseconds in which what failed to start must have ended. */
const ENDING = 5_000

async function checks(house: House, folder: DataFolder, clock: () => Temporal.Instant): Promise<readonly Check[]> {
  const { recorded, stopped } = house.projection.lag()
  const reached = stopped === undefined && (await house.projection.waitFor(await folder.events.head([]), 1_000))
  return [
    clockCheck(clock(), recorded === '' ? undefined : recorded),
    {
      name: 'read-models',
      ok: reached,
      ...(!reached && { words: stopped === undefined ? 'They lag behind the store.' : 'They have stopped.' }),
    },
  ]
}
