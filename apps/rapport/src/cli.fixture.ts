import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environment, type Crashing } from '@rapport/testing'

/** The root of the repository. */
export const root = join(import.meta.dirname, '../../..')
const bin = join(root, 'apps/rapport/bin/rapport.mjs')

/** How a command ended, and what it said. */
export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}
export interface RunOptions {
  readonly crash?: Crashing
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  /** What it has said so far. */
  stdout(): string
  stderr(): string
}

const alive = new Set<ChildProcess>()

/** `rapport` as a process of its own, on the Node that runs the specs: the pinned one. */
export function running(args: readonly string[], { crash, env, cwd = root }: RunOptions = {}): Running {
  const child = spawn(
    process.execPath,
    ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning', ...(crash?.execArgv ?? []), bin, ...args],
    { cwd, env: { ...environment(), ...env, ...crash?.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  alive.add(child)
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text))
  const ended = once(child, 'close').then(([code, signal]) => {
    alive.delete(child)
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, ...said }
  })
  return { child, ended, stdout: () => said.stdout, stderr: () => said.stderr }
}

/** Runs a command to its end. */
export const rapport = (args: readonly string[], options: RunOptions = {}): Promise<Ran> => running(args, options).ended

/** Runs a command that must end well; answers the lines that it printed. */
export async function rapportOk(args: readonly string[], options: RunOptions = {}): Promise<readonly string[]> {
  const { code, signal, stdout, stderr } = await rapport(args, options)
  if (code !== 0) throw new Error(`rapport ${args.join(' ')} ended with ${code ?? signal}: ${stderr}${stdout}`)
  return stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n')
}

/** Runs a command with --json that must end well; answers its values. */
export const rapportJson = async <T>(args: readonly string[], options: RunOptions = {}): Promise<readonly T[]> =>
  (await rapportOk([...args, '--json'], options)).map((line) => JSON.parse(line) as T)

export interface Started extends Running {
  readonly url: string
}

/** `rapport start` on a free port, once it is ready; without the demo tenant unless the spec is about it. */
export async function started(
  data: string,
  { demo = false, ...options }: RunOptions & { demo?: boolean } = {},
): Promise<Started> {
  const process = running(['start', '--data', data, '--port', '0', '--json', ...(demo ? [] : ['--no-demo'])], options)
  await until(() => process.stdout().includes('\n') || process.child.exitCode !== null)
  const line = process.stdout()
  if (line === '') throw new Error(`rapport start ended: ${process.stderr()}`)
  return { ...process, url: (JSON.parse(line) as { url: string }).url }
}

/** Waits for what has to become true; half a minute at most. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not become true within ${ms} ms: ${holds.toString()}`)
    await sleep(10)
  }
}

/** Where there is a file system in memory with room enough, it spares the disk what a spec does not ask about. */
const inMemory = (): string => {
  const dir = '/dev/shm'
  if (!existsSync(dir)) return tmpdir()
  const { bavail, bsize } = statfsSync(dir)
  return bavail * bsize > 4 * 1024 ** 3 ? dir : tmpdir()
}

/** A folder for one spec file. */
export function scratch(
  name: string,
  { memory = false } = {},
): {
  readonly dir: string
  path(...parts: string[]): string
  /** Ends what still runs and removes the folder. */
  clean(): Promise<void>
} {
  const dir = mkdtempSync(join(memory ? inMemory() : tmpdir(), `rapport-${name}-`))
  return {
    dir,
    path: (...parts) => join(dir, ...parts),
    async clean() {
      const ending = [...alive].map((child) => once(child, 'close'))
      for (const child of alive) child.kill('SIGKILL')
      await Promise.all(ending)
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
