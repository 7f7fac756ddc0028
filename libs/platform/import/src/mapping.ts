import { createHash } from 'node:crypto'
import { canonical, RapportError } from '@rapport/events'
import { LineCounter, parseDocument } from 'yaml'
import type { Moment } from './dates.ts'
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
  readonly onChange: 'reject' | 'correct'
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
  const facts = file.facts.map((fact, n): FactMapping => {
    const occurredAt =
      fact.occurredAt && attempt(['facts', n, 'occurredAt'], () => whenReader(fact.occurredAt!, defaults))
    const fields = Object.entries(fact.fields).map(
      ([name, spec]) => [name, attempt(['facts', n, 'fields', name], () => valueReader(spec, defaults))] as const,
    )
    return {
      name: fact.name,
      as: fact.as,
      onChange: fact.onChange ?? file.onChange,
      applies: applier(fact, absent),
      ...(occurredAt && { occurredAt }),
      fields,
      content: unique([
        ...(engagement?.key ?? []),
        ...(occurredAt?.columns ?? []),
        ...fields.flatMap(([, reader]) => reader.columns),
      ]),
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
      ...facts.flatMap((fact) => fact.content),
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
