import { parseStrict, RapportError } from '@rapport/events'
import type { Json, JsonRefused } from '@rapport/events'
import { unguarded } from './cells.ts'
import { rowsOf } from './csv.ts'
import type { Dialect, Row } from './csv.ts'
import { linesOf, longest, shownText, textOf } from './lines.ts'
import type { Line } from './lines.ts'
import type { Mapping } from './mapping.ts'

/** What a column holds in one record: a text, or several where JSON has a list. */
export type Cell = string | readonly string[]
export type Columns = ReadonlyMap<string, Cell>

/** Why a record is not taken: a stable code, and a sentence for the person who has to repair the file. */
export interface Problem {
  readonly code: string
  readonly reason: string
}

/** One record of a file, good or not. */
export interface SourceRecord {
  /** From 1; the header is not counted. */
  readonly record: number
  /** The first physical line of the record. */
  readonly line: number
  readonly columns: Columns
  readonly problem?: Problem
  /** The record as it stands in the file, for the file of rejected records: its cells, or its line of JSON. */
  readonly raw: readonly string[] | string
}

/** A file that was opened and whose header fits the mapping. */
export interface Source {
  readonly format: 'csv' | 'jsonl'
  readonly header: readonly string[]
  readonly dialect: Dialect
  readonly records: AsyncIterable<SourceRecord>
}

interface Options {
  readonly signal?: AbortSignal
}

/** Opens a file for a mapping and streams its records; refuses a file whose header lacks a column that the mapping names. */
export async function openSource(file: string, mapping: Mapping, options: Options = {}): Promise<Source> {
  const lines = (): AsyncGenerator<Line> => linesOf(file, mapping.encoding, options.signal)
  if ((mapping.format ?? formatOf(file)) === 'jsonl')
    return { format: 'jsonl', header: [], dialect: { delimiter: ',', quote: '"' }, records: jsonRecords(lines()) }
  let missing: readonly string[] | undefined
  // Where the mapping does not say the delimiter, it is the one that shows every column which the mapping names.
  for (const delimiter of mapping.delimiter === undefined ? [',', ';', '\t', '|'] : [mapping.delimiter]) {
    const dialect = { delimiter, quote: mapping.quote }
    const rows = rowsOf(lines(), dialect)
    const first = await rows.next()
    if (first.done) throw new RapportError('file-empty', `${file} is empty: it has no header.`, { file })
    const header = first.value.cells.map((cell) => unguarded(textOf(cell) ?? shownText(cell)).trim())
    const absent = mapping.columns.filter((column) => !header.includes(column))
    if (absent.length === 0) {
      const twice = mapping.columns.filter((column) => header.indexOf(column) !== header.lastIndexOf(column))
      if (twice.length > 0) throw refused('column-ambiguous', 'twice in its header', file, twice)
      return { format: 'csv', header, dialect, records: csvRecords(rows, header, mapping.columns) }
    }
    await rows.return(undefined)
    // Most likely it is the one that shows most of them.
    if (missing === undefined || absent.length < missing.length) missing = absent
  }
  throw refused('column-missing', 'not in its header', file, missing!)
}

const refused = (code: string, what: string, file: string, columns: readonly string[]): RapportError =>
  new RapportError(code, `${file}: the mapping names ${columns.map((c) => `"${c}"`).join(', ')}: ${what}.`, {
    file,
    columns,
  })

export function formatOf(file: string): 'csv' | 'jsonl' {
  const name = file.toLowerCase().replace(/\.(gz|xz)$/, '')
  if (/\.(jsonl|ndjson)$/.test(name)) return 'jsonl'
  if (/\.(csv|tsv|txt|tab)$/.test(name)) return 'csv'
  throw new RapportError(
    'format-unknown',
    `The name of ${file} does not say its format: the mapping must (format: csv | jsonl).`,
    { file },
  )
}

async function* csvRecords(
  rows: AsyncIterable<Row>,
  header: readonly string[],
  columns: readonly string[],
): AsyncGenerator<SourceRecord> {
  const places = columns.map((column) => [column, header.indexOf(column)] as const)
  let record = 0
  for await (const { line, cells, problem } of rows) {
    const texts = cells.map(textOf)
    const raw = texts.map((text, at) => unguarded(text ?? shownText(cells[at]!)))
    const wrong =
      problem !== undefined
        ? { code: 'row-malformed', reason: problem }
        : texts.includes(undefined)
          ? notDecoded
          : cells.length !== header.length
            ? { code: 'column-count', reason: `The header has ${header.length} cells, this row ${cells.length}.` }
            : undefined
    yield {
      record: ++record,
      line,
      columns: wrong ? nothing : new Map(places.map(([column, at]) => [column, raw[at]!])),
      ...(wrong && { problem: wrong }),
      raw,
    }
  }
}

async function* jsonRecords(lines: AsyncIterable<Line>): AsyncGenerator<SourceRecord> {
  let record = 0
  for await (const { number: line, bytes, tooLong } of lines) {
    if (bytes.trim() === '') continue
    const text = textOf(bytes)
    const found = tooLong
      ? { code: 'row-malformed', reason: `The line is longer than ${longest} bytes.` }
      : text === undefined
        ? notDecoded
        : members(text)
    yield {
      record: ++record,
      line,
      raw: text ?? shownText(bytes),
      ...('code' in found ? { columns: nothing, problem: found } : { columns: found }),
    }
  }
}

const nothing: Columns = new Map()
const notDecoded: Problem = { code: 'encoding', reason: 'The row has bytes that are not text in this encoding.' }

function members(text: string): Columns | Problem {
  const columns = new Map<string, Cell>()
  try {
    const value = parseStrict(text)
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      return { code: 'not-an-object', reason: 'The line is not a JSON object.' }
    const double = flatten(value as { [name: string]: Json }, '', columns)
    return double === undefined ? columns : { code: 'duplicate-key', reason: `Two members are called ${double}.` }
  } catch (error) {
    if ((error as { code?: unknown }).code === undefined) throw error
    return { code: (error as JsonRefused).code, reason: (error as JsonRefused).message }
  }
}

/** Names a nested member by its path, with dots; answers a name that two members would have. */
export function flatten(
  object: { readonly [name: string]: Json },
  path: string,
  into: Map<string, Cell>,
): string | undefined {
  for (const [name, value] of Object.entries(object)) {
    const column = path + name
    if (value === null) continue
    if (typeof value === 'object' && !Array.isArray(value)) {
      const double = flatten(value as { [name: string]: Json }, `${column}.`, into)
      if (double !== undefined) return double
      continue
    }
    if (into.has(column)) return column
    into.set(column, Array.isArray(value) ? value.map(scalar) : scalar(value))
  }
  return undefined
}

const scalar = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
