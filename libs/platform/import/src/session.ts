import type { Acting } from '@rapport/events'
import { factsOf } from './facts.ts'
import { Commands, meansOf, opened, rehearsal } from './house.ts'
import type { House } from './house.ts'
import { ImportRun } from './log.ts'
import type { Counts } from './log.ts'
import type { Mapping } from './mapping.ts'
import type { Columns } from './records.ts'
import { Rows } from './rows.ts'
import type { Result } from './rows.ts'

/** What became of a row, and the numbers of the mapping's notes that hold for it. */
export interface Taken {
  readonly result: Result
  readonly notes: readonly number[]
}

/** Where rows go: a house in this process, or one that is reached over HTTP. Rows are taken in the order of the file. */
export interface Sink {
  /** Rows that may be under way at the same time. */
  readonly window: number
  take(columns: Columns): Promise<Taken>
  /** The file is at its end: completes the import where this run or one before it began it. Answers the events that began it and opened engagements. */
  end(counts: Counts): Promise<{ readonly opened: number }>
  /** The run stops early: whatever is under way has ended when it resolves, the import stays open. */
  abandon(): Promise<void>
}

/** Rows in work at the same time, so that their appends share a group commit. */
const inWork = 64

/** One run of an import in this process. */
export class ImportSession implements Sink {
  readonly window = inWork
  readonly #mapping: Mapping
  readonly #run: ImportRun
  readonly #rows: Rows
  readonly #busy = new Set<Promise<unknown>>()

  private constructor(mapping: Mapping, run: ImportRun, rows: Rows) {
    this.#mapping = mapping
    this.#run = run
    this.#rows = rows
  }

  /** `dryRun`: nothing is recorded and no key is made; what would be recorded is kept in memory. `mapping-invalid` where the house has no such facts. */
  static async open(options: {
    readonly mapping: Mapping
    readonly tenant: string
    readonly house: House
    readonly actor: Acting
    readonly dryRun?: boolean
  }): Promise<ImportSession> {
    const { mapping, tenant, actor } = options
    const house = options.dryRun === true ? rehearsal(options.house) : opened(options.house)
    const means = meansOf(mapping, house.registry)
    const { idKey } = await house.ring.secrets(tenant)
    const commands = new Commands(idKey, tenant, mapping.source, actor)
    const run = await ImportRun.of(house, commands, means.log, mapping.digest)
    const personalReference = mapping.file.referencePersonal
    return new ImportSession(
      mapping,
      run,
      new Rows(house, { commands, means, batch: run.batch, personalReference }, run),
    )
  }

  async take(columns: Columns): Promise<Taken> {
    const row = factsOf(columns, this.#mapping)
    if ('code' in row) return { result: row, notes: [] }
    const result = this.#rows.take(row)
    this.#busy.add(result)
    const done = () => this.#busy.delete(result)
    result.then(done, done)
    return { result: await result, notes: row.notes }
  }

  async end(counts: Counts): Promise<{ readonly opened: number }> {
    if (this.#run.begun) await this.#run.complete(counts)
    return { opened: this.#rows.opened }
  }

  async abandon(): Promise<void> {
    await Promise.allSettled([...this.#busy])
  }
}
