import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import {
  namesServers,
  openMoveTarget,
  restoreExport,
  serversVariables,
  type Moved,
  type MoveTarget,
} from '@rapport/house'
import { readConfig } from '@rapport/service'
import { openUnfinished } from '@rapport/sqlite'
import { Ended } from '../exit-codes.ts'
import { interruptible, print, printJson, Progress } from '../output.ts'
import { openServer } from '../server.ts'

interface Options {
  readonly data: string
  readonly json?: boolean
  readonly keys: string
}

/** `rapport restore --from-export [FILE] --keys FILE`: onto the servers that the environment names, else into a new data folder. */
export async function restoreFromExport(from: string, options: Options): Promise<void> {
  const onServers = namesServers(process.env)
  const signal = interruptible()
  const moved = await (onServers ? toServers(from, options, signal) : toFolder(from, options, signal))
  if (options.json === true)
    return printJson({ store: moved.store.id, restores: moved.store.restores, events: moved.events, keys: moved.keys })
  const what = `${moved.events} events and ${moved.keys} keys are restored`
  await print(
    onServers
      ? `${what} to the servers. Start the services: they build the read models, and tell every event to the brokers.`
      : `${what} in ${options.data}; its read models are built. Tokens minted before do not open it.`,
  )
}

async function toServers(from: string, options: Options, signal: AbortSignal): Promise<Moved> {
  const target = await openMoveTarget(readConfig(serversVariables, process.env))
  try {
    return await take(target, from, options, signal)
  } finally {
    await target.close()
  }
}

async function toFolder(from: string, options: Options, signal: AbortSignal): Promise<Moved> {
  const unfinished = await openUnfinished(resolve(options.data))
  let moved: Moved
  try {
    const target = { ports: unfinished.folder, heard: 'store', finish: unfinished.finish } as const
    moved = await take(target, from, options, signal)
  } finally {
    await unfinished.close()
  }
  const server = await openServer({ data: options.data, port: 0 })
  try {
    await server.settled()
  } finally {
    await server.close()
  }
  return moved
}

async function take(target: MoveTarget, from: string, { keys }: Options, signal: AbortSignal): Promise<Moved> {
  const progress = new Progress()
  const input = addAbortSignal(signal, opened(from))
  try {
    return await restoreExport(target, {
      input: input as AsyncIterable<Uint8Array>,
      keys: () => createReadStream(keys) as AsyncIterable<Uint8Array>,
      signal,
      onEvents: (events) => progress.show(`${events} events`),
    })
  } catch (error) {
    // A stream that is aborted says so in words of its own.
    signal.throwIfAborted()
    throw error
  } finally {
    progress.clear()
    input.destroy()
  }
}

function opened(from: string): Readable {
  if (from !== '-') return createReadStream(from)
  if (process.stdin.isTTY)
    throw new Ended('usage', 'The export is read from standard input: rapport export … | rapport restore …')
  return process.stdin
}
