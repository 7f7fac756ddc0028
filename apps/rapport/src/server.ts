import { join, resolve } from 'node:path'
import { serveHouse } from '@rapport/house'
import { createLogger, edgeVariables, localTokens, readConfig, tokenKey } from '@rapport/service'
import { mending, openFolder, type DataFolder } from '@rapport/sqlite'
import { makeDemo, wantsDemo } from './demo/make-demo.ts'
import type { StoryClock } from './demo/teller.ts'
import { exitCodes } from './exit-codes.ts'
import { operations } from './operations.ts'
import { portTaken, settled, type Running } from './running.ts'
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
export interface RunningServer extends Running {
  readonly data: string
  readonly folder: DataFolder
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
  const folder = await openFolder(data, { onFatal, now: () => (story?.now() ?? clock()).epochMilliseconds })
  try {
    await folder.checkSecrets()
    if (options.demo === true && (await wantsDemo(folder))) {
      await makeDemo(folder, clock(), (told) => (story = told))
      story = undefined
    }
    const tokens = localTokens(tokenKey(keyFile(data)), clock)
    const serving = await serveHouse({
      ports: folder,
      store: folder.store,
      config,
      version,
      verify: tokens.verify,
      clock,
      operations: (house) => operations(house, folder, clock),
      log: createLogger(options.log === true ? config.LOG_LEVEL : 'silent', process.stderr),
      onListening: (url) => folder.announce({ url }),
      onClosed: () => folder.close(),
    }).catch((error: unknown) => {
      throw portTaken(error, config.PORT)
    })
    return {
      ...serving,
      data,
      folder,
      token: ({ subject, ...rest }) => tokens.mint({ subject: subject ?? `local-${rest.role}`, ...rest }),
      settled: () => settled(serving),
    }
  } catch (error) {
    await folder.close()
    throw error
  }
}
