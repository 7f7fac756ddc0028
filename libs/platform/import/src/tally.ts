import type { Counts } from './log.ts'
import type { Mapping } from './mapping.ts'
import type { SourceRecord } from './records.ts'
import type { Result } from './rows.ts'

/** Numbers of rows that the summary lists for a note. */
const listed = 100

/** Rows that hold something which a person should look at. */
export interface Note {
  readonly text: string
  readonly rows: number
  /** The first hundred of them. */
  readonly records: readonly number[]
}

/** Counts in file order: what this run did, and what the import did over all its runs. */
export class Tally {
  readonly #mapping: Mapping
  readonly #run = { rows: 0, recorded: 0, unchanged: 0, rejected: 0 }
  readonly #import = { rows: 0, recorded: 0, unchanged: 0, rejected: 0 }
  readonly #noted: { rows: number; records: number[] }[]
  /** Events of the rows that this run added. */
  events = 0

  constructor(mapping: Mapping) {
    this.#mapping = mapping
    this.#noted = mapping.notes.map(() => ({ rows: 0, records: [] }))
  }

  add(record: SourceRecord, result: Result, notes: readonly number[]): void {
    const rejected = 'code' in result
    for (const [counts, recorded] of [
      [this.#run, !rejected && result.added > 0],
      [this.#import, !rejected && (result.added > 0 || result.earlier)],
    ] as const) {
      counts.rows++
      counts[rejected ? 'rejected' : recorded ? 'recorded' : 'unchanged']++
    }
    if (rejected) return
    this.events += result.added
    for (const note of notes) {
      const noted = this.#noted[note]!
      if (++noted.rows <= listed) noted.records.push(record.record)
    }
  }

  get run(): Counts {
    return { ...this.#run }
  }
  get import(): Counts {
    return { ...this.#import }
  }
  get notes(): readonly Note[] {
    return this.#mapping.notes.flatMap(({ text }, n) =>
      this.#noted[n]!.rows === 0 ? [] : [{ text, ...this.#noted[n]! }],
    )
  }
}
