import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Log } from './log.ts'
import type { Entry } from './log.ts'

type Line = {
  readonly entries: readonly (Omit<Entry, 'at' | 'created' | 'metadata' | 'data'> & {
    readonly at: string
    readonly created: string
    readonly metadata: string
    readonly data: string
  })[]
  readonly end: string
}

/**
 * The log of a folder: a line an append, written before it is answered, so that whatever was answered is there after kill -9. A line that broke off was
 * answered to nobody and goes. (Nothing is forced to the disk: a machine that loses power is not what it is for.)
 */
export function openJournal(dir: string): { readonly log: Log; readonly close: () => void } {
  const path = join(dir, 'journal.jsonl')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
  const file = openSync(path, 'a')
  const log = new Log((entries, end) => writeAll(file, `${JSON.stringify(lineOf(entries, end))}\n`))
  for (const line of whole.split('\n').filter(Boolean)) {
    const { entries, end } = JSON.parse(line) as Line
    log.restore(entries.map(entryOf), BigInt(end))
  }
  return { log, close: () => closeSync(file) }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from)
}

const lineOf = (entries: readonly Entry[], end: bigint): Line => ({
  entries: entries.map((entry) => ({
    ...entry,
    at: String(entry.at),
    created: String(entry.created),
    metadata: Buffer.from(entry.metadata).toString('base64'),
    data: Buffer.from(entry.data).toString('base64'),
  })),
  end: String(end),
})

const entryOf = (line: Line['entries'][number]): Entry => ({
  ...line,
  at: BigInt(line.at),
  created: BigInt(line.created),
  metadata: Buffer.from(line.metadata, 'base64'),
  data: Buffer.from(line.data, 'base64'),
})
