import { print } from './output.ts'

/** Prints rows under each other, each column as wide as its widest cell. */
export async function printTable(rows: readonly (readonly string[])[]): Promise<void> {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((cells) => width(cells[i]!))))
  for (const cells of rows)
    await print(
      cells
        .map((cell, i) => cell + ' '.repeat(widths[i]! - width(cell)))
        .join('  ')
        .trimEnd(),
    )
}

/** Columns on a terminal: Chinese characters take two. */
const width = (text: string): number =>
  [...text].reduce(
    (sum, letter) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(letter)
        ? 2
        : 1),
    0,
  )

/** How far a day is from another, in words. */
export function distance(from: Temporal.PlainDate, to: Temporal.PlainDate): string {
  const days = from.until(to).days
  if (days === 0) return 'today'
  const count = Math.abs(days) === 1 ? '1 day' : `${Math.abs(days)} days`
  return days < 0 ? `${count} late` : `in ${count}`
}
