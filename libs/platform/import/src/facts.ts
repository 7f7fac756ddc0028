import { at, onDay } from '@rapport/events'
import type { Occurred, Opening } from '@rapport/events'
import type { FactMapping, Mapping } from './mapping.ts'
import { membersOf } from './members.ts'
import type { Cell, Columns, Problem } from './records.ts'
import { plain, template } from './template.ts'
import type { Template } from './template.ts'
import { RowProblem } from './values.ts'

/** One fact of a row, before it is a command. */
export interface RowFact {
  readonly mapping: FactMapping
  /** The parts of its key: its own or those of the row, and the fact's name. */
  readonly key: readonly string[]
  /** Which members of its list it is. */
  readonly members: readonly number[]
  /** A {@link Made} stands for the stream of another fact of the row. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly occurred: Occurred | undefined
  /** The texts of the mapped source columns: what makes the same fact the same. */
  readonly content: Readonly<Record<string, Cell>>
}

/** What a row says, or why it says nothing. */
export interface RowFacts {
  readonly key: readonly string[]
  readonly opening: Opening | undefined
  readonly reference: string | undefined
  readonly facts: readonly RowFact[]
  /** Numbers of the mapping's notes that hold for this row. */
  readonly notes: readonly number[]
}

/** Reads the facts of one record; a {@link Problem} where any of them cannot be read, so that none of it is taken. */
export function factsOf(columns: Columns, mapping: Mapping): RowFacts | Problem {
  try {
    const key = keyOf(columns, mapping.file.key, mapping)
    const facts = mapping.facts.flatMap((fact) => factsOfKind(columns, fact, key, mapping))
    if (facts.length === 0) throw new RowProblem('no-fact', 'None of the facts of the mapping is in this row.')
    return {
      key,
      opening: openingOf(columns, mapping),
      reference:
        mapping.file.reference === undefined || mapping.absent(columns.get(mapping.file.reference))
          ? undefined
          : plain(columns.get(mapping.file.reference)).trim(),
      facts,
      notes: mapping.notes.flatMap((note, n) => (note.applies(columns) ? [n] : [])),
    }
  } catch (error) {
    if (error instanceof RowProblem) return { code: error.code, reason: error.message }
    throw error
  }
}

const keyOf = (columns: Columns, names: readonly string[], { absent }: Mapping): readonly string[] =>
  names.map((name) => {
    if (absent(columns.get(name))) throw new RowProblem('key-missing', `The key column ${name} is empty.`)
    return plain(columns.get(name)).trim()
  })

/** None or one; of a fact that is told for each member of a list, those of its members, once where two have the same key. */
function factsOfKind(
  columns: Columns,
  fact: FactMapping,
  rowKey: readonly string[],
  mapping: Mapping,
): readonly RowFact[] {
  const views = fact.each === undefined ? [columns] : membersOf(columns, fact.each)
  const found = new Map<string, RowFact & { readonly members: number[] }>()
  for (const [n, view] of views.entries()) {
    if (!fact.applies(view)) continue
    const own = fact.key === undefined ? rowKey : keyOf(view, fact.key, mapping)
    const key = JSON.stringify(own)
    if (!found.has(key)) found.set(key, { ...factOf(view, fact, own), members: [] })
    if (fact.each !== undefined) found.get(key)!.members.push(n)
  }
  return [...found.values()]
}

function factOf(columns: Columns, mapping: FactMapping, key: readonly string[]): Omit<RowFact, 'members'> {
  const fields: Record<string, unknown> = {}
  for (const [name, reader] of mapping.fields) {
    const value = reader.read(columns)
    if (value !== undefined) fields[name] = value
  }
  const content: Record<string, Cell> = {}
  for (const name of mapping.content) {
    const cell = columns.get(name)
    if (cell !== undefined && cell !== '') Object.defineProperty(content, name, { value: cell, enumerable: true })
  }
  return { mapping, key: [...key, mapping.name], fields, occurred: occurredOf(columns, mapping), content }
}

function occurredOf(columns: Columns, { occurredAt, name }: FactMapping): Occurred | undefined {
  if (occurredAt === undefined) return undefined
  const moment = occurredAt.read(columns)
  if (moment === undefined)
    throw new RowProblem('date-missing', `${occurredAt.columns.join(', ')}: the date of ${name} is empty.`)
  return 'date' in moment ? onDay(moment.date, occurredAt.zone!) : at(Temporal.Instant.from(moment.instant))
}

function openingOf(columns: Columns, mapping: Mapping): Opening | undefined {
  const block = mapping.file.engagement
  if (block === undefined) return undefined
  const text = (spec: string | undefined): string | undefined =>
    spec === undefined ? undefined : (template(spec) as Template).render(columns, mapping.absent)
  const wanted = (member: string, spec: string): string => {
    const found = text(spec)
    if (found === undefined)
      throw new RowProblem('key-missing', `The columns for the engagement's ${member} are empty.`)
    return found
  }
  const mail = text(block.manager.mail)
  const manager = { name: wanted('manager', block.manager.name), ...(mail !== undefined && { mail }) }
  const reference = text(block.reference)
  const name = wanted('name', block.name)
  // Without a key the name tells engagements apart. A column of a key may be empty: then the rows without it share one.
  const cells = block.key.map((column) =>
    mapping.absent(columns.get(column)) ? '' : plain(columns.get(column)).trim(),
  )
  return {
    key: JSON.stringify(block.key.length === 0 ? [name] : cells),
    client: wanted('client', block.client),
    name,
    manager,
    zone: block.zone,
    start: onDay(block.start, block.zone),
    ...(reference !== undefined && { reference }),
  }
}
