import { randomUUID } from 'node:crypto'
import type { Asked, Book, By } from './book.ts'
import type { Commands } from './commands.ts'
import { Http } from './http.ts'

/** Commands under way at any moment while the load runs; repeats of the same key come on top. */
export const WORKERS = 24
/** Of a hundred commands, how many are sent twice at once under one key. */
export const TWICE = 15

export interface LoadDeps {
  readonly book: Book
  readonly commands: Commands
  readonly tokens: Readonly<Record<By, string>>
  readonly rand: () => number
  readonly round: number
}

/** Sends commands, each worker one after the other, until nobody answers any more or it is told to stop. */
export class Load {
  readonly #deps: LoadDeps
  readonly #http: Http
  readonly #repeats: Asked[]
  #on = true
  #under = 0
  /** Requests that were under way when the first of them was lost. */
  underWay = 0

  /** `repeats` are sent again first, with the same keys: what was in doubt. */
  constructor(deps: LoadDeps, url: string, repeats: readonly Asked[]) {
    this.#deps = deps
    this.#http = new Http(url)
    this.#repeats = [...repeats]
  }

  /** Resolves when every worker has ended. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: WORKERS }, () => this.#work(() => this.#next())))
    this.#http.close()
  }

  /** Only repeats, until all are answered; for the end of a run. */
  async repeat(): Promise<void> {
    await Promise.all(Array.from({ length: WORKERS }, () => this.#work(() => this.#repeats.shift())))
    this.#http.close()
  }

  stop(): void {
    this.#on = false
  }

  #next(): Asked {
    const { book, commands } = this.#deps
    const repeat = this.#repeats.shift()
    if (repeat !== undefined) book.repeated++
    return repeat ?? book.ask(commands.next(), randomUUID())
  }

  async #work(next: () => Asked | undefined): Promise<void> {
    while (this.#on) {
      const asked = next()
      if (asked === undefined) return
      const twice = this.#deps.rand() * 100 < TWICE
      await Promise.all([this.#send(asked), ...(twice ? [this.#send(asked)] : [])])
    }
  }

  async #send(asked: Asked): Promise<void> {
    const { book, commands, tokens, round } = this.#deps
    const { path, by } = asked.command
    asked.round = round
    this.#under++
    const sent = await this.#http.post(path, asked.text, tokens[by], asked.key)
    if (sent.status === 'lost' || sent.status === 'unsent') {
      if (this.#on) this.underWay = this.#under
      this.#on = false
    }
    this.#under--
    const before = asked.standing
    book.note(asked, sent)
    if (before !== 'acknowledged' && asked.answer !== undefined) commands.acknowledged(asked, asked.answer)
  }
}
