import { RapportError } from '@rapport/events'
import { datePattern } from './dates.ts'
import type { DatePattern, Moment } from './dates.ts'
import { readNumber } from './numbers.ts'
import type { Cell, Columns } from './records.ts'
import type { ValueSpec, WhenSpec } from './schema.ts'
import { plain, template } from './template.ts'
import type { Template } from './template.ts'

/** A cell that cannot become what the mapping wants of it; the whole row is rejected with this code. */
export class RowProblem extends RapportError {}

/** What holds for every value of a mapping that says nothing else. */
export interface Defaults {
  readonly missing: readonly string[]
  readonly dates: readonly string[]
  readonly zone: string | undefined
}

/** Reads one thing out of a record; undefined where the record says nothing about it. */
export interface Reader<T> {
  readonly columns: readonly string[]
  read(columns: Columns): T | undefined
}

/** A text that a person reads in a reason, never longer than a line. */
const shown = (text: string): string => `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`

/** True where a cell says nothing: blank, or one of the texts that stand for nothing. */
export const absentBy = (missing: readonly string[]) => {
  const none = new Set(missing)
  return (cell: Cell | undefined): boolean =>
    cell === undefined || (typeof cell === 'string' ? cell.trim() === '' || none.has(cell.trim()) : cell.length === 0)
}

/** The dates of one column or template, strict: the first pattern that fits decides. */
export function whenReader(
  spec: WhenSpec | ValueSpec,
  defaults: Defaults,
): Reader<Moment> & { readonly zone: string | undefined } {
  const zone = spec.zone ?? defaults.zone
  const patterns = (spec.dates ?? defaults.dates).map((pattern) => datePattern(pattern) as DatePattern)
  if (patterns.length === 0)
    throw new RapportError('mapping-invalid', 'a date needs patterns: expected dates here or for the whole mapping')
  if (zone === undefined && patterns.some((p) => p.needsZone))
    throw new RapportError(
      'mapping-invalid',
      'expected a zone, here or for the whole mapping: these dates have no offset',
    )
  const texts = textReader(spec, defaults)
  return {
    zone,
    columns: texts.columns,
    read(columns) {
      const text = texts.read(columns)?.trim()
      return text === undefined ? undefined : momentOf(text, patterns, zone, texts.columns)
    },
  }
}

function momentOf(
  text: string,
  patterns: readonly DatePattern[],
  zone: string | undefined,
  columns: readonly string[],
): Moment {
  for (const pattern of patterns) {
    const moment = pattern.read(text, zone ?? 'UTC')
    if (moment !== undefined) return moment
  }
  throw new RowProblem(
    'date-invalid',
    `${columns.join(', ')}: ${shown(text)} is no existing date in any of the patterns ${patterns.map((p) => p.pattern).join(' | ')}.`,
  )
}

/** One column, or a template, as one text. */
function textReader(
  spec: {
    readonly column?: string | undefined
    readonly template?: string | undefined
    readonly missing?: readonly string[] | undefined
  },
  defaults: Defaults,
): Reader<string> {
  const absent = absentBy(spec.missing ?? defaults.missing)
  if (spec.template !== undefined) {
    const { columns, render } = template(spec.template) as Template
    return { columns, read: (found) => render(found, absent) }
  }
  const column = spec.column!
  return { columns: [column], read: (found) => (absent(found.get(column)) ? undefined : plain(found.get(column))) }
}

/** The value of one field of a command. */
export function valueReader(spec: ValueSpec, defaults: Defaults): Reader<unknown> {
  if (spec.const !== undefined) return { columns: [], read: () => spec.const }
  const convert = converter(spec, defaults)
  if (spec.template !== undefined) {
    const { columns, read } = textReader(spec, defaults)
    return { columns, read: (found) => converted(read(found), convert, columns, spec.otherwise) }
  }
  const absent = absentBy(spec.missing ?? defaults.missing)
  const names = spec.columns ?? [spec.column!]
  const list = spec.columns !== undefined || spec.split !== undefined
  return {
    columns: names,
    read(found) {
      const cells = names.map((name) => found.get(name)).filter((cell) => cell !== undefined)
      if (!list && !Array.isArray(cells[0]))
        return converted(absent(cells[0]) ? undefined : plain(cells[0]), convert, names, spec.otherwise)
      const texts = cells.flatMap((cell) =>
        typeof cell !== 'string' ? cell : spec.split === undefined ? [cell] : cell.split(spec.split),
      )
      const values = texts
        .map((text) => text.trim())
        .filter((text) => !absent(text))
        .map((text) => convert(text, names))
      return values.length === 0 ? spec.otherwise : values
    },
  }
}

type Convert = (text: string, columns: readonly string[]) => unknown

const converted = (
  text: string | undefined,
  convert: Convert,
  columns: readonly string[],
  otherwise: unknown,
): unknown => (text === undefined ? otherwise : convert(text, columns))

function converter(spec: ValueSpec, defaults: Defaults): Convert {
  const { map, otherwise, number, date } = spec
  if (map !== undefined)
    return (text, columns) => {
      if (Object.hasOwn(map, text.trim())) return map[text.trim()]
      if (otherwise !== undefined) return otherwise
      throw new RowProblem('value-unmapped', `${columns.join(', ')}: the mapping has no value for ${shown(text)}.`)
    }
  if (number !== undefined)
    return (text, columns) => {
      const found = readNumber(text.trim(), number)
      if (found !== undefined) return found
      throw new RowProblem(
        'number-invalid',
        `${columns.join(', ')}: ${shown(text)} is not a number (${number.as}, decimal mark "${number.decimal}").`,
      )
    }
  if (date === undefined) return (text) => text
  const { zone, columns: names } = whenReader(spec, defaults)
  const patterns = (spec.dates ?? defaults.dates).map((pattern) => datePattern(pattern) as DatePattern)
  return (text) => {
    const moment = momentOf(text.trim(), patterns, zone, names)
    if (date === 'day')
      return 'date' in moment
        ? moment.date
        : Temporal.Instant.from(moment.instant)
            .toZonedDateTimeISO(zone ?? 'UTC')
            .toPlainDate()
            .toString()
    if ('instant' in moment) return moment.instant
    throw new RowProblem('date-invalid', `${names.join(', ')}: ${shown(text)} has no time of day.`)
  }
}
