import type { Cell, Columns } from './records.ts'

/** A text with columns in braces; `{Column|else}` says what stands where the column has nothing, `{{` and `}}` are braces. */
export interface Template {
  readonly columns: readonly string[]
  /** Undefined where every column that it names is absent and none says what to write instead. */
  render(columns: Columns, absent: (cell: Cell | undefined) => boolean): string | undefined
}

/** Reads a template, or says what is wrong with it. */
export function template(text: string): Template | { readonly wrong: string } {
  const parts: (string | { readonly column: string; readonly otherwise: string | undefined })[] = []
  const token = /\{\{|\}\}|\{([^{}|]+)(?:\|([^{}]*))?\}|[^{}]+|[{}]/gs
  for (const [found, column, otherwise] of text.matchAll(token)) {
    if (column !== undefined) parts.push({ column, otherwise })
    else if (found === '{' || found === '}') return { wrong: 'a brace that is not part of {Column} is written twice' }
    else parts.push(found === '{{' ? '{' : found === '}}' ? '}' : found)
  }
  const named = parts.filter((part) => typeof part !== 'string')
  return {
    columns: named.map((part) => part.column),
    render(columns, absent) {
      let something = named.length === 0
      const texts = parts.map((part) => {
        if (typeof part === 'string') return part
        const cell = columns.get(part.column)
        const here = !absent(cell)
        something ||= here || part.otherwise !== undefined
        return here ? plain(cell) : (part.otherwise ?? '')
      })
      return something ? texts.join('') : undefined
    },
  }
}

/** A cell as one text: the entries of a list are joined with commas. */
export const plain = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell.join(', ')
