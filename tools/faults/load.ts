import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Asked, Book, By, Command } from '../crash/book.ts'
import type { Commands } from '../crash/commands.ts'
import { TWICE, WORKERS } from '../crash/load.ts'
import type { Routes } from './routes.ts'

/** Commands that may wait for their next try while new ones are sent. */
const WAITING = 200
/** Milliseconds between two tries of one command, and between two commands of all once there are enough for now. */
const AGAIN = 250
const TRICKLE = 100

export interface LoadDeps {
  readonly book: Book
  readonly commands: Commands
  readonly tokens: Readonly<Record<By, string>>
  readonly rand: () => number
  readonly routes: Routes
}

/** What became of the commands in a stretch of the run. */
export interface Counts {
  acknowledged: number
  /** Commands that were without an answer for a while, or told that nobody knows. */
  inDoubt: number
  /** Of these, how many turned out to be stored already when they were sent again. */
  inDoubtStored: number
  /** Tries that found nobody. */
  unsent: number
  /** Answers 503. */
  unavailable: number
}

/** Sends commands as clients do: each again under its key until it is answered for good. */
export class Load {
  readonly #deps: LoadDeps
  readonly #workers: Promise<void>[] = []
  /** Commands without an answer, and when to send them again. */
  readonly #waiting: { readonly asked: Asked; readonly due: number }[] = []
  #on = true
  #allowed = 0
  /** Events of acknowledged commands. */
  events = 0
  #next = 0
  #counts = noCounts()
  readonly #doubted = new Map<Asked, Counts>()

  constructor(deps: LoadDeps) {
    this.#deps = deps
  }

  start(): void {
    for (let n = 0; n < WORKERS; n++) this.#workers.push(this.#work())
  }

  /** Begins a stretch that is counted for itself. */
  count(): Counts {
    return (this.#counts = noCounts())
  }

  /** So many events more may come at full speed; then they only trickle. */
  allow(events: number): void {
    this.#allowed = events
  }
  /** Whether those have come. */
  get enough(): boolean {
    return this.#allowed <= 0
  }

  /** No further command; resolves when each has its answer. */
  async stop(): Promise<void> {
    this.#on = false
    await Promise.all(this.#workers)
  }

  /** Sends one command until it is answered for good. */
  async ask(command: Command): Promise<Answer> {
    const asked = this.#deps.book.ask(command, randomUUID())
    await this.#settle(asked)
    if (asked.answer === undefined) throw new Error(`${command.path} was refused.`)
    return asked.answer
  }

  /** The same; answers the id of its stream. */
  async send(command: Command): Promise<string> {
    return (await this.ask(command)).id
  }

  async #work(): Promise<void> {
    while (this.#on || this.#waiting.length > 0) {
      const asked = await this.#turn()
      if (asked === undefined) continue
      const twice = this.#deps.rand() * 100 < TWICE
      const [settled] = await Promise.all([this.#try(asked), ...(twice ? [this.#try(asked)] : [])])
      if (!settled) this.#waiting.push({ asked, due: performance.now() + AGAIN })
    }
  }

  /** What is to be sent now: again what waits, or something new; after a while undefined where there is neither. */
  async #turn(): Promise<Asked | undefined> {
    const { book, commands } = this.#deps
    const now = performance.now()
    if (this.#waiting.length > 0 && this.#waiting[0]!.due <= now) return this.#waiting.shift()!.asked
    if (this.#on && this.#waiting.length < WAITING && (this.#allowed > 0 || now >= this.#next)) {
      this.#next = now + TRICKLE
      return book.ask(commands.next(), randomUUID())
    }
    await sleep(20)
    return undefined
  }

  async #settle(asked: Asked): Promise<void> {
    while (!(await this.#try(asked))) await sleep(AGAIN)
  }

  /** Whether it is answered for good. */
  async #try(asked: Asked): Promise<boolean> {
    const { book, commands, tokens, routes } = this.#deps
    const { path, by, types } = asked.command
    const counts = this.#counts
    const sent = await routes.post(path, asked.text, tokens[by], asked.key)
    const before = asked.answer
    book.note(asked, sent)
    if (sent.status === 'unsent') counts.unsent++
    else if (sent.status === 503) counts.unavailable++
    if (asked.standing === 'in-doubt' && !this.#doubted.has(asked)) {
      this.#doubted.set(asked, counts)
      counts.inDoubt++
    }
    if (asked.answer === undefined) return asked.standing === 'refused'
    if (before === undefined) {
      counts.acknowledged++
      this.#allowed -= types.length
      this.events += types.length
      const doubted = this.#doubted.get(asked)
      if (doubted !== undefined && 'body' in sent && sent.body['replayed'] === true) doubted.inDoubtStored++
      commands.acknowledged(asked, asked.answer)
    }
    return true
  }
}

export const noCounts = (): Counts => ({ acknowledged: 0, inDoubt: 0, inDoubtStored: 0, unsent: 0, unavailable: 0 })
