import { setTimeout as sleep } from 'node:timers/promises'
import type { Asked, Book } from '../crash/book.ts'
import type { Routes } from './routes.ts'

/** Which view shows the streams of a kind, one document a stream. */
const views: Readonly<Record<string, string>> = {
  'communication.interaction': 'interactions',
  'communication.disclosure': 'disclosures',
}
const EVERY = 50

/** Asks for what was just acknowledged, with its position: the answer has it, or says that it lags; it is never silently stale. */
export class Readers {
  readonly problems: string[] = []
  shown = 0
  /** Answers 503. */
  waited = 0
  unanswered = 0
  readonly #book: Book
  readonly #token: string
  readonly #routes: Routes
  readonly #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(book: Book, token: string, routes: Routes) {
    this.#book = book
    this.#token = token
    this.#routes = routes
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (; !signal.aborted; await sleep(EVERY, undefined, { signal }).catch(() => {})) {
      const last = this.#last()
      if (last !== undefined) await this.#look(last)
    }
  }

  #last(): Asked | undefined {
    return this.#book.of('acknowledged').findLast(({ command }) => Object.hasOwn(views, command.stream))
  }

  async #look({ command, answer }: Asked): Promise<void> {
    const { id, revision, position } = answer!
    const path = `/api/views/${views[command.stream]}/${id}`
    const got = await this.#routes.get(path, this.#token, { 'wait-for': position })
    if (got === undefined) this.unanswered++
    else if (got.status === 503) this.waited++
    else if (got.status !== 200)
      this.problems.push(`GET ${path} was answered ${got.status} ${JSON.stringify(got.body)}`)
    else if (!(Number(got.etag?.slice(1, -1)) >= Number(revision)))
      this.problems.push(`GET ${path} showed revision ${got.etag} after ${revision} at ${position}`)
    else this.shown++
  }
}
