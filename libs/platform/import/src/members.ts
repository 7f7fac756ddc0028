import { parseStrict } from '@rapport/events'
import type { Json } from '@rapport/events'
import { flatten } from './records.ts'
import type { Cell, Columns } from './records.ts'

/**
 * One view of a record for each member of a list that a column holds: what the member says stands beside the record's own columns,
 * under the name of the list (`guests.name`); a member that is a text is the column itself.
 */
export function membersOf(columns: Columns, list: string): readonly Columns[] {
  const cell = columns.get(list)
  return (cell === undefined || typeof cell === 'string' ? [] : cell).map((member) => {
    const view = new Map<string, Cell>(columns)
    const object = objectOf(member)
    if (object === undefined) view.set(list, member)
    else flatten(object, `${list}.`, view)
    return view
  })
}

/** A record keeps the objects of a list as their JSON text. */
function objectOf(text: string): { readonly [name: string]: Json } | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return parseStrict(text) as { readonly [name: string]: Json }
  } catch {
    return undefined
  }
}

/** Stands in a field for the stream that another fact of the same row makes: one of them, or one for each member of its list. */
export class Made {
  readonly fact: string
  readonly many: boolean

  constructor(fact: string, many: boolean) {
    this.fact = fact
    this.many = many
  }
}
