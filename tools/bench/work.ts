import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How large a run is, and where it may write. */
export interface Setting {
  /** A smoke run: everything is done, with numbers too small to mean anything. */
  readonly quick: boolean
  /** `usual`, or `small` in a smoke run. */
  size(usual: number, small: number): number
  /** A new folder that is removed after the work. */
  folder(name: string): string
  /** What several works of one run read; made by the first that asks, removed after the last. */
  shared<T>(name: string, make: (folder: string) => Promise<T>): Promise<T>
  /** What stands on the terminal while it runs. */
  progress(words: string): void
}

/** What one work measured: a rate for each round, of ours, of the control, and of bare statements where there are any. */
export interface Measured {
  readonly ours: readonly number[]
  readonly control: readonly number[]
  readonly bare?: readonly number[]
  /** Sentences for the report: memory, flatness. */
  readonly notes?: readonly string[]
}

export interface Work {
  readonly name: string
  /** What the rates count. */
  readonly unit: string
  /** The least ratio of ours to the control. */
  readonly goal: number
  /** What is done, in a few words. */
  readonly words: string
  /** Where the goal comes from. */
  readonly why: string
  run(setting: Setting): Promise<Measured>
}

export const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!

/** Pair by pair, so that what else the machine does meets both alike. */
export const ratios = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.map((each, n) => each / b[n]!)

/** How many of `count` were done in a second. */
export async function rate(count: number, work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (count / (performance.now() - start)) * 1000
}

/** Rounds in which every side takes its turn, each time beginning with another; `before` each, what no clock sees. */
export async function rounds<S extends string>(
  count: number,
  sides: Readonly<Record<S, () => Promise<number>>>,
  before: (round: number) => unknown = () => {},
): Promise<Record<S, number[]>> {
  const names = Object.keys(sides) as S[]
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<S, number[]>
  for (let round = 0; round < count; round++) {
    await before(round)
    for (let n = 0; n < names.length; n++) {
      const name = names[(n + round) % names.length]!
      found[name].push(await sides[name]())
    }
  }
  return found
}

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
/** Megabytes on the heap that somebody still holds. */
export function heap(): number {
  gc()
  return process.memoryUsage().heapUsed / 1024 / 1024
}
export const megabytes = (mb: number): string => `${mb.toFixed(1)} MB`

/** What a run needs to know of a work. */
export interface Performed {
  readonly name: string
  run(setting: Setting): Promise<unknown>
}

/** One run of the bench: works after one another, each in folders of its own. */
export class Run {
  readonly #root: string
  readonly #quick: boolean
  readonly #progress: (words: string) => void
  readonly #shared = new Map<string, Promise<unknown>>()

  constructor(options: {
    readonly quick: boolean
    readonly dir?: string | undefined
    readonly progress?: (words: string) => void
  }) {
    this.#root = mkdtempSync(join(options.dir ?? tmpdir(), 'rapport-bench-'))
    this.#quick = options.quick
    this.#progress = options.progress ?? (() => {})
  }

  async perform<W extends Performed>(work: W): Promise<Awaited<ReturnType<W['run']>>> {
    const own = mkdtempSync(join(this.#root, `${work.name}-`))
    const made = (path: string): string => {
      mkdirSync(path, { recursive: true })
      return path
    }
    try {
      const found = await work.run({
        quick: this.#quick,
        size: (usual, small) => (this.#quick ? small : usual),
        folder: (name) => made(join(own, name)),
        shared: <T>(name: string, make: (folder: string) => Promise<T>): Promise<T> => {
          const known = (this.#shared.get(name) as Promise<T> | undefined) ?? make(made(join(this.#root, name)))
          this.#shared.set(name, known)
          return known
        },
        progress: (words) => this.#progress(`${work.name}: ${words}`),
      })
      return found as Awaited<ReturnType<W['run']>>
    } finally {
      rmSync(own, { recursive: true, force: true })
    }
  }

  end(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }
}
