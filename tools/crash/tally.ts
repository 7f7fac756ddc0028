import type { Account } from './account.ts'
import type { Book } from './book.ts'
import { emptyRows, type Row } from './report.ts'

/** Counts the kills, and what became of the commands that each of them met. */
export class Tally {
  missed = 0
  kills = 0
  readonly #rows = emptyRows()
  readonly #underWay: number[] = []
  #last: { readonly row: Row; readonly round: number } | undefined

  /** A kill that met no load: the process was still starting. */
  early(at: string): void {
    this.kills++
    this.#rows.get(at)!.kills++
  }

  /** A kill under load. */
  killed(at: string, round: number, acknowledged: number, underWay: number): void {
    this.kills++
    const row = this.#rows.get(at)!
    row.kills++
    row.acknowledged += acknowledged
    this.#underWay.push(underWay)
    this.#last = { row, round }
  }

  /** Once the store was read after a kill: of what was in doubt, how much is stored. */
  inDoubt(book: Book, account: Account): void {
    if (this.#last === undefined) return
    const { row, round } = this.#last
    for (const asked of book.of('in-doubt'))
      if (asked.round === round) row[account.stored(asked) > 0 ? 'inDoubtStored' : 'inDoubtNotStored']++
    this.#last = undefined
  }

  get moments(): readonly Row[] {
    return [...this.#rows.values()]
  }
  get underWay(): { readonly least: number; readonly median: number } {
    const sorted = [...this.#underWay].sort((a, b) => a - b)
    return { least: sorted[0] ?? 0, median: sorted[sorted.length >> 1] ?? 0 }
  }
}
