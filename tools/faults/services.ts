import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { root } from '../crash/processes.ts'
import { freePort } from './servers.ts'

const run = promisify(execFile)
const PAUSE = 500
const TOLD = 2_000
/** As in a container: a process that kept what it has seen would end for it, instead of being allowed gigabytes. */
const HEAP = '--max-old-space-size=256'

export interface Memory {
  readonly process: string
  /** MiB of resident memory: at the first look, the most, at the last look. */
  readonly first: number
  readonly most: number
  readonly last: number
}

/** One process of a deployable; as a platform would, this starts it again whenever it ends. */
export class Service {
  readonly name: string
  readonly app: string
  readonly url: string
  /** How it ended where nobody killed it. */
  readonly ended: string[] = []
  readonly #env: Readonly<Record<string, string>>
  readonly #log: WriteStream
  readonly #memory: number[] = []
  #child: ChildProcess | undefined
  #expected = false
  #stopping = false
  #gone: Promise<unknown> = Promise.resolve()
  #told = ''

  private constructor(name: string, app: string, port: number, env: Readonly<Record<string, string>>, logs: string) {
    this.name = name
    this.app = app
    this.url = `http://127.0.0.1:${port}`
    this.#env = { ...env, PORT: String(port) }
    this.#log = createWriteStream(join(logs, `${name}.log`))
  }

  static async start(name: string, app: string, env: Readonly<Record<string, string>>, logs: string): Promise<Service> {
    const service = new Service(name, app, await freePort(), env, logs)
    service.#spawn()
    return service
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** SIGKILL; it is started again at once. */
  async kill(): Promise<void> {
    this.#expected = true
    this.signal('SIGKILL')
    await this.#gone
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
  }

  /** SIGTERM, for good; answers how it ended. */
  async stop(): Promise<string> {
    this.#stopping = true
    this.signal('SIGTERM')
    const [code, signal] = (await this.#gone) as [number | null, string | null]
    this.#log.end()
    return String(code ?? signal)
  }

  async destroy(): Promise<void> {
    this.#stopping = true
    this.signal('SIGKILL')
    await this.#gone
    this.#log.end()
  }

  /** Whether it says that it is ready. */
  async ready(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(3_000) })).ok
    } catch {
      return false
    }
  }

  remember(mebibytes: number): void {
    this.#memory.push(mebibytes)
  }
  get memory(): Memory {
    const [first = 0] = this.#memory
    return { process: this.name, first, most: Math.max(0, ...this.#memory), last: this.#memory.at(-1) ?? 0 }
  }

  #spawn(): void {
    const { NODE_OPTIONS: _, ...env } = process.env
    const flags = ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning', HEAP]
    const child = spawn(process.execPath, [...flags, join('apps', this.app, 'src/main.ts')], {
      cwd: root,
      env: { ...env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#told = ''
    for (const stream of [child.stdout, child.stderr]) stream.pipe(this.#log, { end: false })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#told = (this.#told + text).slice(-TOLD)))
    this.#gone = once(child, 'close')
    void this.#gone.then((how) => this.#over(how as [number | null, string | null]))
  }

  async #over([code, signal]: [number | null, string | null]): Promise<void> {
    if (this.#stopping) return
    if (this.#expected) this.#expected = false
    else {
      this.ended.push(`${code ?? signal}: ${this.#told.trim()}`)
      await sleep(PAUSE)
    }
    if (!this.#stopping) this.#spawn()
  }
}

/** Looks at the memory of every process each second until the signal aborts. */
export async function watchMemory(services: readonly Service[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const service of services) {
      if (service.pid === undefined) continue
      const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(service.pid)]).catch(() => ({ stdout: '' }))
      const kibibytes = Number(stdout.trim())
      if (kibibytes > 0) service.remember(Math.round(kibibytes / 1024))
    }
    await sleep(1_000, undefined, { signal }).catch(() => {})
  }
}
