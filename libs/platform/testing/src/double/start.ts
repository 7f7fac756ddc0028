import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Crashing } from '../crash/crashing.ts'
import type { OwnServer } from '../servers.ts'
import type { Limits } from './append.ts'
import type { Order } from './main.ts'

export interface DoubleOptions {
  /** 0, the default: any that is free; it stays the same over restarts. */
  readonly port?: number
  /** A folder that outlives the process; without one a restart begins anew. */
  readonly dir?: string
  /** Other limits than a server's usual ones. */
  readonly limits?: Partial<Limits>
  /** Makes the first process die at a crash point: `rapport.crash.double-stored` is behind the journal and before the answer. */
  readonly crashing?: Crashing
}

/** A running EventStoreDB double. */
export interface Double extends OwnServer {
  /** Later positions are above this number. */
  jump(above: bigint): Promise<void>
  /** Not ready: it answers as a server does that is starting. */
  ready(ready: boolean): Promise<void>
  /** Sends a signal, such as SIGSTOP. */
  signal(name: NodeJS.Signals): void
}

/**
 * Starts a protocol double of EventStoreDB, a process of its own on loopback: the calls that the adapter makes, and the answers that a real
 * server was recorded to give to them (records.md). It proves nothing about a real server's storage, speed or clustering.
 */
export async function startDouble({ port = 0, dir = '', limits = {}, crashing }: DoubleOptions = {}): Promise<Double> {
  let child: ChildProcess
  let bound = port
  let crash = crashing
  const start = async (): Promise<void> => {
    child = fork(main, [String(bound), dir, JSON.stringify(limits)], {
      execArgv: [...flags, ...(crash?.execArgv ?? [])],
      env: { ...plainEnv(), ...crash?.env },
    })
    crash = undefined
    const [told] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [{ listening?: number }]
    if (told?.listening === undefined) throw new Error('The EventStoreDB double did not start.')
    bound = told.listening
  }
  const order = async (what: Order): Promise<void> => {
    const done = once(child, 'message')
    child.send(what)
    await done
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  await start()
  return {
    address: `esdb://127.0.0.1:${bound}?tls=false`,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    dispose: () => end('SIGKILL'),
    jump: (above) => order({ jump: String(above) }),
    ready: (ready) => order({ ready }),
    signal: (name) => void child.kill(name),
  }
}

// Sources run as they are; what was built runs as JavaScript.
const source = import.meta.url.endsWith('.ts')
const main = fileURLToPath(new URL(source ? './main.ts' : './main.js', import.meta.url))
const flags = source ? ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning'] : []

/** Jest's own options are not for it. */
function plainEnv(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env
  return env
}
