import type { Columns, Counts, Sink, Taken } from '@rapport/import'
import type { Client } from './client.ts'
import { Ended } from './exit-codes.ts'
import type { TakenRow } from '@rapport/house'

const ROWS = 256
/** Characters of one request's rows; a body may have 1 MiB of UTF-8, and escapes make it longer. */
const SIZE = 256 * 1024
const LARGEST = 900 * 1024

interface Waiting {
  readonly cells: readonly (readonly [string, unknown])[]
  readonly size: number
  readonly done: (taken: Taken) => void
  readonly failed: (error: unknown) => void
}

/** Sends rows to a running house, as many together as have gathered while the last ones were under way; in the order of the file. */
export class RemoteSink implements Sink {
  readonly window = 1024
  readonly #client: Client
  readonly #id: string
  readonly #dryRun: boolean
  readonly #waiting: Waiting[] = []
  #sending: Promise<void> | undefined

  private constructor(client: Client, id: string, dryRun: boolean) {
    this.#client = client
    this.#id = id
    this.#dryRun = dryRun
  }

  static async begin(client: Client, context: string, mapping: string, dryRun: boolean): Promise<RemoteSink> {
    const { import: id } = await client.operation<{ import: string }>('import-begin', { context, mapping, dryRun })
    return new RemoteSink(client, id, dryRun)
  }

  take(columns: Columns): Promise<Taken> {
    const cells = [...columns]
    const size = Buffer.byteLength(JSON.stringify(cells))
    if (size > LARGEST)
      return Promise.resolve({ result: { code: 'too-large', reason: 'The row is larger than 900 KiB.' }, notes: [] })
    const { promise, resolve, reject } = Promise.withResolvers<Taken>()
    this.#waiting.push({ cells, size, done: resolve, failed: reject })
    this.#sending ??= this.#send()
    return promise
  }

  async end(counts: Counts): Promise<{ readonly opened: number }> {
    return this.#client.operation<{ opened: number }>('import-end', { import: this.#id, counts }).catch((error) => {
      throw this.#lost(error)
    })
  }

  async abandon(): Promise<void> {
    await this.#sending
  }

  /** Where the server is gone in the middle, its error says how to go on. */
  #lost(error: unknown): unknown {
    if (!(error instanceof Ended) || error.exit !== 'unreachable' || this.#dryRun) return error
    const message = error.message.replace(/\.$/, '')
    return new Ended(error.exit, `${message}. What was recorded stays; run it again, it continues.`, error.code)
  }

  async #send(): Promise<void> {
    // The reader fills the first request meanwhile.
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      let size = 0
      let n = 0
      while (n < this.#waiting.length && n < ROWS && (n === 0 || size + this.#waiting[n]!.size <= SIZE))
        size += this.#waiting[n++]!.size
      const sent = this.#waiting.splice(0, n)
      try {
        const { rows } = await this.#client.operation<{ rows: readonly TakenRow[] }>('import-rows', {
          import: this.#id,
          rows: sent.map((w) => w.cells),
        })
        for (const [i, { notes, ...result }] of rows.entries())
          sent[i]!.done({ result: result as Taken['result'], notes })
      } catch (thrown) {
        const error = this.#lost(thrown)
        for (const { failed } of [...sent, ...this.#waiting.splice(0)]) failed(error)
      }
    }
    this.#sending = undefined
  }
}
