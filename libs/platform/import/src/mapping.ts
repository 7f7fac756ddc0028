import { createHash } from 'node:crypto'
import { canonical, RapportError } from '@rapport/events'
import { LineCounter, parseDocument } from 'yaml'
import type { Moment } from './dates.ts'
import { Made } from './members.ts'
import { mappingSchema } from './schema.ts'
import type { Applies, MappingFile } from './schema.ts'
import { absentBy, valueReader, whenReader } from './values.ts'
import type { Defaults, Reader } from './values.ts'
import type { Columns } from './records.ts'
import { template } from './template.ts'
import type { Template } from './template.ts'

/** One kind of fact that a row can hold, ready to read rows. */
export interface FactMapping {
  readonly name: string
  /** The imported fact of the context that it becomes. */
  readonly as: string
  readonly onChange: 'reject' | 'correct' | 'keep'
  /** The column with a list of which every member is a fact of this kind. */
  readonly each: string | undefined
  /** The columns that tell this fact from another for ever, instead of those of the row. */
  readonly key: readonly string[] | undefined
  applies(columns: Columns): boolean
  readonly occurredAt?: Reader<Moment> & { readonly zone: string | undefined }
  readonly fields: readonly (readonly [string, Reader<unknown>])[]
  /** The columns whose texts are this fact's content: another text in one of them is another fact. */
  readonly content: readonly string[]
}

/** A mapping file that was checked: how the records of one kind of file become facts. */
export interface Mapping {
  readonly file: MappingFile
  readonly source: string
  readonly context: string
  readonly format: 'csv' | 'jsonl' | undefined
  readonly encoding: string
  readonly delimiter: string | undefined
  readonly quote: string
  /** Every column that it names. */
  readonly columns: readonly string[]
  readonly absent: ReturnType<typeof absentBy>
  readonly facts: readonly FactMapping[]
  readonly notes: readonly { readonly text: string; applies(columns: Columns): boolean }[]
  /** SHA-256 of what it says, whatever its layout and comments. */
  readonly digest: string
}

/** Reads a mapping file; `mapping-invalid` names every place that is wrong, its line, and what is expected there. */
export function parseMapping(yaml: string): Mapping {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines })
  if (document.errors.length > 0)
    throw invalid(
      document.errors.map((e) => ({
        path: '',
        line: lines.linePos(e.pos[0]).line,
        expected: e.message.split('\n')[0]!,
      })),
    )
  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined
      if (node?.range) return lines.linePos(node.range[0]!).line
    }
    return undefined
  }
  const wrong = (path: readonly PropertyKey[], expected: string) => ({
    path: pathText(path),
    line: lineOf(path),
    expected,
  })
  const checked = mappingSchema.safeParse(document.toJS())
  if (!checked.success)
    throw invalid(
      checked.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => wrong([...issue.path, key], 'nothing: there is no such member'))
          : issue.code === 'invalid_key'
            ? [wrong(issue.path, issue.issues[0]?.message ?? issue.message)]
            : [wrong(issue.path, issue.message.replace(/^Invalid input: /, ''))],
      ),
    )
  const problems: Wrong[] = []
  const mapping = compiled(checked.data, (path, expected) => problems.push(wrong(path, expected)))
  if (problems.length > 0) throw invalid(problems)
  return mapping
}

/** One place of a mapping file that is wrong. */
export interface Wrong {
  readonly path: string
  readonly line?: number | undefined
  readonly expected: string
}

/** The error for a mapping that cannot be used, with every place that is wrong. */
export const invalid = (wrong: readonly Wrong[]): RapportError =>
  new RapportError(
    'mapping-invalid',
    `The mapping is not valid:\n${wrong.map((w) => `  ${w.line === undefined ? '' : `line ${w.line}, `}${w.path === '' ? '' : `${w.path}: `}${w.expected}`).join('\n')}`,
    { errors: wrong },
  )

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')

function compiled(file: MappingFile, wrong: (path: readonly PropertyKey[], expected: string) => void): Mapping {
  const defaults: Defaults = { missing: file.missing, dates: file.dates, zone: file.zone }
  const absent = absentBy(file.missing)
  const attempt = <T>(path: readonly PropertyKey[], make: () => T): T => {
    try {
      return make()
    } catch (error) {
      if ((error as RapportError).code !== 'mapping-invalid') throw error
      wrong(path, (error as RapportError).message)
      return { columns: [] } as T
    }
  }
  const engagement = file.engagement
  const made = (name: string, at: number, path: readonly PropertyKey[]): Reader<Made> => {
    const other = file.facts.slice(0, at).find((fact) => fact.name === name)
    if (other === undefined)
      wrong([...path, 'fact'], `expected the name of a fact that stands above ${file.facts[at]!.name}`)
    const many = other?.each !== undefined && other.each !== file.facts[at]!.each
    return {
      columns: other?.each === undefined ? (other?.key ?? []) : [many ? other.each : (other.key ?? [])].flat(),
      read: () => new Made(name, many),
    }
  }
  const facts = file.facts.map((fact, n): FactMapping => {
    const occurredAt =
      fact.occurredAt && attempt(['facts', n, 'occurredAt'], () => whenReader(fact.occurredAt!, defaults))
    const fields = Object.entries(fact.fields).map(([name, spec]) => {
      const path = ['facts', n, 'fields', name]
      const read = () => (spec.fact === undefined ? valueReader(spec, defaults) : made(spec.fact, n, path))
      return [name, attempt(path, read)] as const
    })
    if (fact.each !== undefined && fact.key === undefined)
      wrong(['facts', n], `expected a key: the columns that tell one member of ${fact.each} from another`)
    const onChange = fact.onChange ?? file.onChange
    return {
      name: fact.name,
      as: fact.as,
      each: fact.each,
      key: fact.key,
      onChange,
      applies: applier(fact, absent),
      ...(occurredAt && { occurredAt }),
      fields,
      // What is kept whatever comes has no content to compare.
      content: unique(
        onChange === 'keep'
          ? []
          : [
              ...(engagement?.key ?? []),
              ...(occurredAt?.columns ?? []),
              ...fields.flatMap(([, reader]) => reader.columns),
            ],
      ),
    }
  })
  const notes = file.notes.map((note) => ({ text: note.text, applies: applier(note, absent) }))
  const texts = engagement && [
    engagement.client,
    engagement.name,
    engagement.reference,
    engagement.manager?.name,
    engagement.manager?.mail,
  ]
  return {
    file,
    source: file.source,
    context: file.context,
    format: file.format,
    encoding: file.encoding,
    delimiter: file.delimiter,
    quote: file.quote,
    absent,
    facts,
    notes,
    digest: createHash('sha256').update(canonical(file)).digest('hex'),
    columns: unique([
      ...file.key,
      ...(file.reference === undefined ? [] : [file.reference]),
      ...(texts ?? []).flatMap((text) => (text === undefined ? [] : (template(text) as Template).columns)),
      ...[...file.facts, ...file.notes].flatMap((a) => [
        ...(a.requires ?? []),
        ...(a.unless ?? []),
        ...Object.keys(a.where ?? {}),
      ]),
      ...facts.flatMap(({ each, key, occurredAt, fields, content }) => [
        ...(each === undefined ? [] : [each]),
        ...(key ?? []),
        ...(occurredAt?.columns ?? []),
        ...fields.flatMap(([, reader]) => reader.columns),
        ...content,
      ]),
    ]),
  }
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]

const applier = (
  { requires = [], unless = [], where = {} }: Applies,
  absent: (cell: Columns extends ReadonlyMap<string, infer C> ? C | undefined : never) => boolean,
) => {
  const only = Object.entries(where)
  return (columns: Columns): boolean =>
    requires.every((name) => !absent(columns.get(name))) &&
    unless.every((name) => absent(columns.get(name))) &&
    only.every(([name, values]) => values.includes(String(columns.get(name) ?? '').trim()))
}
