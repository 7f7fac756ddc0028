import { RapportError } from '@rapport/events'
import type { Counts } from './log.ts'
import type { Mapping } from './mapping.ts'
import { formatOf, openSource } from './records.ts'
import type { SourceRecord } from './records.ts'
import { RejectedFile } from './rejected.ts'
import type { Sink, Taken } from './session.ts'
import { checkTarget } from './target.ts'
import { Tally } from './tally.ts'
import type { Note } from './tally.ts'

export interface ImportOptions {
  readonly file: string
  readonly mapping: Mapping
  /** Opened once the file is known to fit the mapping: a file that does not begins nothing. */
  readonly sink: () => Promise<Sink>
  /** Where rejected rows go; by default the file's name with `.rejected.csv` (or `.rejected.jsonl`) behind it. */
  readonly rejected?: string
  /** Files that rejected rows never take the place of, beside the imported one: the mapping. */
  readonly kept?: readonly string[]
  /** Nothing is recorded: an older file of rejected rows stays where there are none now. */
  readonly dryRun?: boolean
  readonly progress?: (counts: Counts) => void
  readonly signal?: AbortSignal
}

export interface ImportSummary extends Counts {
  /** Events that this run added, without the beginning and the end of the import itself. */
  readonly events: number
  readonly notes: readonly Note[]
  /** The file of rejected rows, where there are any. */
  readonly rejectedFile?: string
}

/** Imports a file: every fact goes through the decision that a person's command would go through, once, however often the file comes. */
export async function importFile(options: ImportOptions): Promise<ImportSummary> {
  const { file, mapping, signal } = options
  const target = options.rejected ?? `${file}.rejected.${mapping.format ?? formatOf(file)}`
  await checkTarget(target, [file, ...(options.kept ?? [])])
  const source = await openSource(file, mapping, signal === undefined ? {} : { signal })
  const sink = await options.sink()
  const rejected = new RejectedFile(target, source)
  const tally = new Tally(mapping)

  const pending: { readonly record: SourceRecord; readonly taken: Promise<Taken> }[] = []
  const settle = async (): Promise<void> => {
    const { record, taken } = pending.shift()!
    const { result, notes } = await taken
    if ('code' in result) await rejected.add(record, result)
    tally.add(record, result, notes)
    options.progress?.(tally.run)
  }
  /** The file broke off in the middle: says what became of the rows before. */
  const broken = (error: RapportError): RapportError => {
    const before = tally.run.rows + pending.length
    if (before === 0 || options.dryRun === true) return error
    return new RapportError(
      error.code,
      `${error.message} (${before} rows before that were taken. The import stays open: run it again with a whole file, it continues.)`,
      error.detail,
    )
  }
  let opened: number
  try {
    for await (const record of source.records) {
      const { problem } = record
      const taken = problem === undefined ? sink.take(record.columns) : Promise.resolve({ result: problem, notes: [] })
      // Looked at in its turn; until then its failure is nobody's.
      taken.catch(() => {})
      pending.push({ record, taken })
      if (pending.length >= sink.window) await settle()
    }
    while (pending.length > 0) await settle()
    opened = (await sink.end(tally.import)).opened
    await rejected.close(options.dryRun)
  } catch (error) {
    // What is under way ends before the caller may close the store; the import stays open and the next run continues it.
    await sink.abandon()
    await rejected.discard()
    throw error instanceof RapportError && error.code === 'file-unreadable' ? broken(error) : error
  }
  return {
    ...tally.run,
    events: tally.events + opened,
    notes: tally.notes,
    ...(tally.run.rejected > 0 && { rejectedFile: rejected.path }),
  }
}
