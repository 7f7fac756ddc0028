import type { Acting } from '@rapport/events'
import { factsOf } from './facts.ts'
import { Commands, meansOf, opened, rehearsal } from './house.ts'
import type { House } from './house.ts'
import { ImportRun } from './log.ts'
import type { Counts } from './log.ts'
import type { Mapping } from './mapping.ts'
import { openSource } from './records.ts'
import type { SourceRecord } from './records.ts'
import { RejectedFile } from './rejected.ts'
import { Rows } from './rows.ts'
import type { Result } from './rows.ts'
import { Tally } from './tally.ts'
import type { Note } from './tally.ts'

/** Rows in work at the same time, so that their appends share a group commit. */
const inWork = 64

export interface ImportOptions {
  readonly file: string
  readonly mapping: Mapping
  readonly tenant: string
  readonly house: House
  readonly actor: Acting
  /** Says what a run would do: nothing is recorded, no key is made; what it would record is kept in memory. */
  readonly dryRun?: boolean
  /** Where rejected rows go; by default the file's name with `.rejected.csv` (or `.rejected.jsonl`) behind it. */
  readonly rejected?: string
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
  const house = options.dryRun === true ? rehearsal(options.house) : opened(options.house)
  const means = meansOf(mapping, house.registry)
  const source = await openSource(file, mapping, signal === undefined ? {} : { signal })
  const rejected = new RejectedFile(options.rejected ?? `${file}.rejected.${source.format}`, source)
  const { idKey } = await house.ring.secrets(options.tenant)
  const commands = new Commands(idKey, options.tenant, mapping.source, options.actor)
  const run = await ImportRun.of(house, commands, means.log, mapping.digest)
  const { referencePersonal: personalReference } = mapping.file
  const rows = new Rows(house, { commands, means, batch: run.batch, personalReference }, run)
  const tally = new Tally(mapping)

  const pending: {
    readonly record: SourceRecord
    readonly notes: readonly number[]
    readonly result: Promise<Result>
  }[] = []
  const settle = async (): Promise<void> => {
    const { record, notes, result } = pending.shift()!
    const found = await result
    if ('code' in found) await rejected.add(record, found)
    tally.add(record, found, notes)
    options.progress?.(tally.run)
  }
  try {
    for await (const record of source.records) {
      const row = record.problem ?? factsOf(record.columns, mapping)
      const result = 'code' in row ? Promise.resolve(row) : rows.take(row)
      pending.push({ record, notes: 'code' in row ? [] : row.notes, result })
      if (pending.length >= inWork) await settle()
    }
    while (pending.length > 0) await settle()
    if (run.begun) await run.complete(tally.import)
    await rejected.close()
  } catch (error) {
    // What is under way ends before the caller may close the store; the import stays open and the next run continues it.
    await Promise.allSettled(pending.map(({ result }) => result))
    await rejected.discard()
    throw error
  }
  return {
    ...tally.run,
    events: tally.events + rows.opened,
    notes: tally.notes,
    ...(tally.run.rejected > 0 && { rejectedFile: rejected.path }),
  }
}
