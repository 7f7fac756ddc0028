import type { Account } from './account.ts'
import type { Book, Standing } from './book.ts'
import type { Examination } from './examination.ts'
import type { Operations } from './operations.ts'
import { moments, points } from './plan.ts'
import type { Tally } from './tally.ts'

/** Of one moment: how often the process was killed there, and what became of the commands that were under way. */
export interface Row {
  readonly at: string
  kills: number
  acknowledged: number
  /** In doubt: sent, and killed before the answer. */
  inDoubtStored: number
  inDoubtNotStored: number
}

export interface Report {
  readonly seed: number
  readonly kills: number
  readonly seconds: number
  readonly moments: readonly Row[]
  /** Kills planned for a named point that was not reached in time; they were made all the same. */
  readonly missed: number
  readonly underWay: { readonly least: number; readonly median: number }
  readonly asked: number
  readonly acknowledged: number
  readonly refused: number
  readonly unsent: number
  readonly sentAgain: number
  readonly replayed: number
  readonly events: number
  readonly effects: number
  readonly erased: number
  readonly operationsCut: number
  readonly imports: number
  readonly checks: number
  readonly documents: number
  /** What contradicts the promises; the run ends at the first. */
  readonly problems: readonly string[]
}

/** Problems that are told; the first says most. */
const SHOWN = 20

export function reportOf(
  of: Pick<Report, 'seed' | 'seconds' | 'problems'>,
  { kills, moments, missed, underWay }: Tally,
  book: Book,
  { account, examination, operations }: Looked,
): Report {
  const count = (standing: Standing): number => book.of(standing).length
  return {
    ...{ seed: of.seed, kills, seconds: of.seconds, moments, missed, underWay },
    ...{ asked: book.asked.size, acknowledged: count('acknowledged'), refused: count('refused') },
    ...{ unsent: count('unsent'), sentAgain: book.repeated, replayed: book.replayed },
    ...{ events: account.events, effects: account.effects, erased: account.erased.size },
    ...{ operationsCut: operations.cut, imports: operations.files.length },
    ...{ checks: examination.times, documents: examination.documents },
    problems: of.problems.slice(0, SHOWN),
  }
}
interface Looked {
  readonly account: Account
  readonly examination: Examination
  readonly operations: Operations
}

export const emptyRows = (): Map<string, Row> =>
  new Map(moments.map((at) => [at, { at, kills: 0, acknowledged: 0, inDoubtStored: 0, inDoubtNotStored: 0 }]))

/** Why a run proves nothing or proves the contrary; none: it holds. */
export function failuresOf(report: Pick<Report, 'moments' | 'problems'>): readonly string[] {
  const never = report.moments.filter(({ at, kills }) => Object.hasOwn(points, at) && kills === 0)
  const doubt = report.moments.reduce((sum, row) => sum + row.inDoubtStored + row.inDoubtNotStored, 0)
  return [
    ...report.problems,
    ...never.map(({ at }) => `The point ${at} was never reached.`),
    ...(doubt === 0 ? ['Nothing was ever in doubt: the kills met no commands.'] : []),
  ]
}

export function textOf(report: Report): string {
  const head = ['killed', 'kills', 'acknowledged', 'in doubt, stored', 'in doubt, not stored']
  const rows = report.moments.map((row) => [
    row.at,
    ...[row.kills, row.acknowledged, row.inDoubtStored, row.inDoubtNotStored].map(String),
  ])
  const total = head.map((_, column) =>
    column === 0 ? 'in all' : String(rows.reduce((sum, row) => sum + Number(row[column]), 0)),
  )
  const all = [head, ...rows, total]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const table = all.map((row) =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))).join('  '),
  )
  const failures = failuresOf(report)
  return [
    `seed ${report.seed}, ${report.kills} kills, ${report.seconds} s`,
    '',
    ...table,
    '',
    `${report.asked} commands asked: ${report.acknowledged} acknowledged, ${report.refused} refused, ${report.unsent} never sent; ${report.sentAgain} sent again after a kill, ${report.replayed} answers said replayed.`,
    `Requests under way when killed: ${report.underWay.least} at least, ${report.underWay.median} in the median.${report.missed > 0 ? ` ${report.missed} kills came without their point.` : ''}`,
    `${report.events} events, ${report.effects} effects of a reaction, ${report.erased} erasures; ${report.operationsCut} imports, rebuilds and backups were cut, ${report.imports} imports held against undisturbed ones.`,
    `${report.checks} times everything was examined: every event accounted for, ${report.documents} documents equal to a rebuild, doctor without findings.`,
    ...failures.map((failure) => `FAILED: ${failure}`),
    ...(failures.length === 0 ? ['Every acknowledged command is there exactly once, none half done.'] : []),
  ].join('\n')
}
