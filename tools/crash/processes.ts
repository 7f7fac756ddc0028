import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crashingAt } from '@rapport/testing/crash'
import { environment } from '@rapport/testing/servers'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = join(root, 'apps/rapport/bin/rapport.mjs')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** How a process is made to die by itself. */
export interface Dying {
  readonly at: string
  readonly nth: number
}

/** Every process of a run, so that none outlives it. */
export class Processes {
  readonly #alive = new Set<Running>()
  readonly #signal: AbortSignal

  /** Once the signal aborts, all end and none begins any more. */
  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => void this.killAll())
  }

  /** `rapport` with these arguments, as a process of its own on the Node of this one. */
  rapport(args: readonly string[], dying?: Dying): Running {
    this.#signal.throwIfAborted()
    const crash = dying === undefined ? undefined : crashingAt(`rapport.crash.${dying.at}`, dying.nth)
    // A data folder, whatever servers the environment names for others.
    const flags = ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning']
    const child = spawn(process.execPath, [...flags, ...(crash?.execArgv ?? []), bin, ...args], {
      cwd: root,
      env: { ...environment(), LOG_LEVEL: 'error', ...crash?.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr = (said.stderr + text).slice(-20_000)))
    const ended = once(child, 'close').then(([code, signal]) => {
      this.#alive.delete(running)
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, ...said }
    })
    const running: Running = { child, ended }
    this.#alive.add(running)
    return running
  }

  /** A command that must end well; answers what it printed. */
  async ok(args: readonly string[]): Promise<string> {
    const { code, signal, stdout, stderr } = await this.rapport(args).ended
    if (code !== 0) throw new Error(`rapport ${args.join(' ')} ended with ${code ?? signal}: ${stderr}${stdout}`)
    return stdout.trim()
  }

  /** `rapport start` on a free port; `ready` answers its address, or undefined where it ended before. */
  start(data: string, dying?: Dying): Running & { readonly ready: Promise<string | undefined> } {
    const running = this.rapport(['start', '--data', data, '--port', '0', '--json', '--no-demo'], dying)
    const listening = new Promise<string>((resolve) => {
      let line = ''
      running.child.stdout!.on('data', (text: string) => {
        line += text
        if (line.includes('\n')) resolve((JSON.parse(line.split('\n')[0]!) as { url: string }).url)
      })
    })
    return { ...running, ready: Promise.race([listening, running.ended.then(() => undefined)]) }
  }

  /** Ends whatever still runs. */
  async killAll(): Promise<void> {
    const all = [...this.#alive]
    for (const { child } of all) child.kill('SIGKILL')
    await Promise.all(all.map(({ ended }) => ended))
  }
}
