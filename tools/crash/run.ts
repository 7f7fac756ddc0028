import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Account, type Discrepancy } from './account.ts'
import { Examination } from './examination.ts'
import { Load } from './load.ts'
import { Operations } from './operations.ts'
import { planOf, random, type Kill } from './plan.ts'
import { Processes } from './processes.ts'
import { reportOf, type Report } from './report.ts'
import { settle, type SettledHere } from './settle.ts'
import { eventsOf, keysLeft } from './stored.ts'
import { Tally } from './tally.ts'

export interface RunOptions {
  readonly kills: number
  readonly seed: number
  readonly signal: AbortSignal
  readonly progress: (words: string) => void
}

/** Milliseconds after which a named point is given up. */
const PATIENCE = 60_000
/** After so many kills everything is examined. */
const BETWEEN = 40

/** Kills the process again and again, and accounts for everything after each; `dir` is its scratch folder. */
class Run {
  readonly #options: RunOptions
  readonly #rand: () => number
  readonly #processes: Processes
  readonly #dir = mkdtempSync(join(tmpdir(), 'rapport-crash-'))
  readonly #data = join(this.#dir, 'data')
  readonly #operations: Operations
  readonly #tally = new Tally()
  readonly #problems: string[] = []
  #settled!: SettledHere
  #account!: Account
  #examination!: Examination
  #found: readonly Discrepancy[] = []

  constructor(options: RunOptions) {
    this.#options = options
    this.#rand = random(options.seed)
    this.#processes = new Processes(options.signal)
    this.#operations = new Operations(this.#processes, this.#dir, this.#data)
  }

  async run(): Promise<Report> {
    const begin = performance.now()
    try {
      this.#settled = await settle(this.#processes, this.#data, this.#rand)
      const { book } = this.#settled
      this.#account = new Account(book.asked)
      this.#examination = new Examination(this.#processes, this.#data, this.#settled, () => this.#audit())
      const plan = planOf(this.#options.kills, this.#rand)
      for (const [n, kill] of plan.entries()) {
        this.#options.progress(`${n} of ${plan.length} kills, ${this.#account.events} events: ${kill.at}`)
        await this.#round(n + 1, kill)
        this.#options.signal.throwIfAborted()
        if ((n + 1) % BETWEEN === 0 || n + 1 === plan.length) await this.#examine()
        if (this.#wrong().length > 0) break
      }
      if (this.#wrong().length === 0) this.#problems.push(...(await this.#operations.compare()))
      const seconds = Math.round((performance.now() - begin) / 1000)
      const { seed } = this.#options
      return reportOf({ seed, seconds, problems: this.#wrong() }, this.#tally, book, {
        account: this.#account,
        examination: this.#examination,
        operations: this.#operations,
      })
    } finally {
      await this.#processes.killAll()
      rmSync(this.#dir, { recursive: true, force: true, maxRetries: 5 })
    }
  }

  /** One start, the account of what the kill before left, load, one kill. */
  async #round(round: number, kill: Kill): Promise<void> {
    const server = this.#processes.start(this.#data, 'nth' in kill ? kill : undefined)
    if (kill.at === 'while-starting') {
      await Promise.race([server.ready, sleep(kill.ms, undefined, { ref: false })])
      server.child.kill('SIGKILL')
    }
    const url = kill.at === 'while-starting' ? undefined : await server.ready
    if (url === undefined) {
      const { signal, code, stderr } = await server.ended
      if (signal !== 'SIGKILL') throw new Error(`rapport start ended with ${code ?? signal}: ${stderr}`)
      this.#tally.early(kill.at)
      return
    }
    await this.#audit()
    if (this.#wrong().length > 0) return
    const { book, commands, tokens, comingUp } = this.#settled
    const before = book.of('acknowledged').length
    if ('operation' in kill && kill.operation !== undefined) {
      this.#operations.begin(kill.operation)
      await sleep(comingUp)
    }
    const load = new Load({ book, commands, tokens, rand: this.#rand, round }, url, book.of('in-doubt'))
    const loading = load.run()
    const died = await Promise.race([server.ended, sleep('ms' in kill ? kill.ms : PATIENCE, undefined, { ref: false })])
    server.child.kill('SIGKILL')
    const { signal, code, stderr } = await server.ended
    if (signal !== 'SIGKILL') this.#problems.push(`rapport start ended by itself with ${code ?? signal}: ${stderr}`)
    await loading
    const missed = 'nth' in kill && died === undefined
    if (missed) this.#tally.missed++
    const acknowledged = book.of('acknowledged').length - before
    this.#tally.killed(missed ? 'under-load' : kill.at, round, acknowledged, load.underWay)
    await this.#operations.ended()
    await this.#operations.resume()
  }

  /** Reads on in the store, beside the process that was started on it after a kill. */
  async #audit(): Promise<void> {
    this.#account.take(await eventsOf(this.#data, this.#account.position))
    this.#tally.inDoubt(this.#settled.book, this.#account)
    this.#found = this.#account.judge(false)
    const left = await keysLeft(this.#data, this.#account.erased)
    for (const id of left) this.#problems.push(`The key of the erased person ${id} is still there.`)
  }

  async #examine(): Promise<void> {
    const repeated = new Load(
      { ...this.#settled, rand: this.#rand, round: -1 },
      await this.#examination.begin(),
      this.#settled.book.of('in-doubt'),
    )
    await repeated.repeat()
    await this.#examination.end(this.#account)
  }

  #wrong(): readonly string[] {
    return [
      ...this.#found.map(({ code, words }) => `${code}: ${words}`),
      ...this.#settled.book.problems,
      ...this.#operations.problems,
      ...this.#examination.problems,
      ...this.#problems,
    ]
  }
}

export const run = (options: RunOptions): Promise<Report> => new Run(options).run()
