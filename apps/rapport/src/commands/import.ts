import { existsSync, readFileSync } from 'node:fs'
import { importFile, parseMapping } from '@rapport/import'
import { Ended } from '../exit-codes.ts'
import { interruptible, print, printJson, Progress } from '../output.ts'
import { reach, type Where } from '../reach.ts'
import { RemoteSink } from '../remote-sink.ts'

interface Options extends Where {
  readonly json?: boolean
  readonly mapping: string
  readonly dryRun?: boolean
  readonly rejected?: string
}

/** `rapport import`: reads the file here and sends its rows to the house; good rows go on where bad ones are set aside. */
export async function importCommand(context: string, file: string, options: Options): Promise<void> {
  // Before a data folder is made for a file that is not there.
  if (!existsSync(file)) throw new Ended('not-found', `There is no file ${file}.`, 'file-missing')
  const text = readFileSync(options.mapping, 'utf8')
  const mapping = parseMapping(text)
  if (mapping.context !== context)
    throw new Ended('usage', `The mapping is for ${mapping.context}, not for ${context}.`, 'mapping-context')
  const signal = interruptible()
  const progress = new Progress()
  const summary = await reach(options, 'pm', signal, (client) =>
    importFile({
      file,
      mapping,
      sink: () => RemoteSink.begin(client, context, text, options.dryRun === true),
      signal,
      progress: ({ rows, rejected }) => progress.show(`${rows} rows, ${rejected} rejected`),
      kept: [options.mapping],
      dryRun: options.dryRun === true,
      ...(options.rejected !== undefined && { rejected: options.rejected }),
    }),
  ).finally(() => progress.clear())
  const { rows, recorded, unchanged, rejected, events, notes, rejectedFile } = summary
  if (options.json === true) {
    for (const note of notes) await printJson({ note: note.text, rows: note.rows, records: note.records })
    return printJson({ rows, recorded, unchanged, rejected, events })
  }
  for (const note of notes)
    await print(
      `Note: ${note.rows} rows: ${note.text} (records ${note.records.join(', ')}${note.rows > note.records.length ? ', …' : ''})`,
    )
  await print(
    `${options.dryRun === true ? 'Would record: ' : ''}${rows} rows: ${recorded} recorded, ${unchanged} unchanged, ${rejected} rejected; ${events} events.`,
  )
  if (rejectedFile !== undefined) await print(`The rejected rows are in ${rejectedFile}, each with its reason.`)
}
