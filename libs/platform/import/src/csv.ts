import { longest } from './lines.ts'
import type { Line } from './lines.ts'

/** One delimiter and one quote, both a single ASCII character; a quote inside a quoted cell is doubled. */
export interface Dialect {
  readonly delimiter: string
  readonly quote: string
}

/** A row as it stands: its cells (still bytes), or what is wrong with its form. */
export interface Row {
  /** The first physical line of the row. */
  readonly line: number
  readonly cells: readonly string[]
  readonly problem?: string
}

/**
 * The rows of a CSV file. A quote that is never closed, or is closed in the middle of a cell, costs its own line and no other:
 * reading goes on with the next physical line, where a common parser would take the rest of the file for one cell.
 */
export async function* rowsOf(lines: AsyncIterable<Line>, dialect: Dialect): AsyncGenerator<Row> {
  const source = lines[Symbol.asyncIterator]()
  const ahead: Line[] = []
  const next = async (): Promise<Line | undefined> => {
    if (ahead.length > 0) return ahead.pop()
    const step = await source.next()
    return step.done ? undefined : step.value
  }
  try {
    for (let first; (first = await next()) !== undefined;) {
      if (first.bytes === '') continue
      const taken = [first]
      const cells = new Cells(dialect)
      let size = 0
      let last: Line | undefined = first
      let state: State = 'open'
      while (last !== undefined && !last.tooLong && (size += last.bytes.length) <= longest) {
        state = cells.add(last.bytes)
        if (state !== 'open') break
        last = await next()
        if (last !== undefined) taken.push(last)
      }
      if (state === 'closed') {
        yield { line: first.number, cells: cells.found }
        continue
      }
      for (let i = taken.length - 1; i > 0; i--) ahead.push(taken[i]!)
      yield { line: first.number, cells: [first.bytes], problem: first.tooLong ? tooLong : badQuote }
    }
  } finally {
    await source.return?.()
  }
}

const tooLong = `The line is longer than ${longest} bytes.`
const badQuote = 'A quote in this row is never closed, or text follows a closing quote.'

type State = 'closed' | 'open' | 'broken'

/** Splits one row, a physical line at a time. */
class Cells {
  readonly found: string[] = []
  readonly #dialect: Dialect
  /** The beginning of a quoted cell whose end is on a later line. */
  #open: string | undefined

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  add(line: string): State {
    const { delimiter, quote } = this.#dialect
    for (let at = 0; ;) {
      if (this.#open === undefined && line[at] !== quote) {
        const end = line.indexOf(delimiter, at)
        this.found.push(end < 0 ? line.slice(at) : line.slice(at, end))
        if (end < 0) return 'closed'
        at = end + 1
        continue
      }
      if (this.#open === undefined) at++
      let cell = this.#open ?? ''
      for (;;) {
        const end = line.indexOf(quote, at)
        if (end < 0) {
          this.#open = cell + line.slice(at) + '\n'
          return 'open'
        }
        cell += line.slice(at, end)
        at = end + 1
        if (line[at] !== quote) break
        cell += quote
        at++
      }
      this.#open = undefined
      this.found.push(cell)
      if (at === line.length) return 'closed'
      if (line[at] !== delimiter) return 'broken'
      at++
    }
  }
}
