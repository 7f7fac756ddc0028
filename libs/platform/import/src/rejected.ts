import { createWriteStream } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { parseStrict } from '@rapport/events'
import type { Doc } from '@rapport/events'
import { csvLine } from './cells.ts'
import type { Problem, Source, SourceRecord } from './records.ts'
import { isRejectedFile, ours, partOf } from './target.ts'

/**
 * The file of rejected records: each with its place, the code and the reason, and its columns as they were. It can be repaired and
 * imported with the same mapping. It appears under its name only when it is complete; where nothing was rejected there is none.
 */
export class RejectedFile {
  readonly path: string
  readonly #source: Source
  readonly #names: readonly string[]
  #out: WriteStream | undefined

  constructor(path: string, source: Source) {
    this.path = path
    this.#source = source
    this.#names = ours.map((name) => freeName(name, source.header))
  }

  async add(record: SourceRecord, problem: Problem): Promise<void> {
    this.#out ??= this.#begin()
    if (this.#out.errored) throw this.#out.errored
    if (!this.#out.write(this.#text(record, problem))) await once(this.#out, 'drain')
  }

  /** Puts the file in its place; an older one of the same name goes, unless `keep`, where nothing was rejected. */
  async close(keep = false): Promise<void> {
    if (this.#out === undefined) {
      if (!keep && (await isRejectedFile(this.path))) await rm(this.path, { force: true })
      return
    }
    this.#out.end()
    await finished(this.#out)
    await rename(this.#temporary, this.path)
  }

  /** Leaves nothing behind: the run did not end. */
  async discard(): Promise<void> {
    if (this.#out === undefined) return
    this.#out.end()
    await finished(this.#out).catch(() => {})
    await rm(this.#temporary, { force: true })
  }

  get #temporary(): string {
    return partOf(this.path)
  }

  #begin(): WriteStream {
    const out = createWriteStream(this.#temporary, { mode: 0o600 })
    // Told by whatever waits for it.
    out.on('error', () => {})
    const { format, header, dialect } = this.#source
    // The mark lets Excel show every script (BR-36).
    if (format === 'csv') out.write('\ufeff' + csvLine([...this.#names, ...header], dialect.delimiter, dialect.quote))
    return out
  }

  #text({ record, line, raw }: SourceRecord, { code, reason }: Problem): string {
    const { delimiter, quote } = this.#source.dialect
    if (typeof raw !== 'string') return csvLine([record, line, code, reason, ...raw], delimiter, quote)
    const row = rowOf(raw)
    const names = row === undefined ? ours : ours.map((name) => freeName(name, Object.keys(row)))
    const place = Object.fromEntries([record, line, code, reason].map((value, n) => [names[n], value]))
    return JSON.stringify({ ...place, ...(row ?? { text: raw }) }) + '\n'
  }
}

/** `record`, or `rejected record` where the file has a column of that name. */
const freeName = (name: string, taken: readonly string[]): string =>
  taken.includes(name) ? freeName(`rejected ${name}`, taken) : name

function rowOf(text: string): Doc | undefined {
  try {
    const row = parseStrict(text)
    return row !== null && typeof row === 'object' && !Array.isArray(row) ? (row as Doc) : undefined
  } catch {
    return undefined
  }
}
