/**
 * What a spreadsheet would run as a formula when a cell begins with it (also in its full-width form), and the apostrophes
 * in front of it: guarding one more apostrophe and taking one away again gives back every text.
 */
const runs = /^'*[=+\-@\t\r\n＝＋－＠]/u
const guarded = /^''*[=+\-@\t\r\n＝＋－＠]/u
/** A plain number runs nothing and must stay one. */
const plainNumber = /^-?\d+(\.\d+)?$/

/** One cell of a CSV file that a spreadsheet may open: numbers stay numbers, texts cannot run (BR-42). */
export function csvCell(value: string | number | undefined, delimiter = ',', quote = '"'): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = runs.test(value) && !plainNumber.test(value) ? `'${value}` : value
  // Quoted also where another locale's list separator would cut the cell in two and run the second half.
  if (!/[,;\t\r\n]|^\s|\s$/.test(text) && !text.includes(delimiter) && !text.includes(quote)) return text
  return quote + text.replaceAll(quote, quote + quote) + quote
}

/** One line of a CSV file, with its end. */
export const csvLine = (values: readonly (string | number | undefined)[], delimiter = ',', quote = '"'): string =>
  values.map((value) => csvCell(value, delimiter, quote)).join(delimiter) + '\r\n'

/** The text that {@link csvCell} was given: one guarding apostrophe is taken away. */
export const unguarded = (cell: string): string => (guarded.test(cell) ? cell.slice(1) : cell)
