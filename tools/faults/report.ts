import type { Counts } from './load.ts'
import type { Memory } from './services.ts'

/** What became of one fault. */
export interface Row extends Counts {
  readonly fault: string
  /** What shows that it happened; absent where it did not. */
  readonly evidence?: string
  /** Seconds from its end until every service was ready, took commands and showed them. */
  readonly recovered: number
}

export interface Report {
  readonly seed: number
  readonly seconds: number
  readonly servers: readonly string[]
  readonly faults: readonly Row[]
  readonly asked: number
  readonly acknowledged: number
  readonly refused: number
  readonly replayed: number
  readonly events: number
  readonly effects: number
  readonly erased: number
  readonly records: number
  readonly messages: number
  readonly repeats: number
  readonly foreign: number
  readonly documents: number
  /** Queries of what was just acknowledged: shown, told to wait, without an answer. */
  readonly queries: { readonly shown: number; readonly waited: number; readonly unanswered: number }
  readonly memory: readonly Memory[]
  readonly problems: readonly string[]
}

/** MiB that no process may exceed. */
export const MEMORY = 512

/** Why a run proves nothing or proves the contrary; none: it holds. */
export function failuresOf(report: Pick<Report, 'faults' | 'memory' | 'problems' | 'queries'>): readonly string[] {
  const { faults, memory, problems, queries } = report
  return [
    ...problems,
    ...faults.filter(({ evidence }) => evidence === undefined).map(({ fault }) => `It was never reached: ${fault}.`),
    ...memory.filter(({ most }) => most > MEMORY).map((m) => `${m.process} took ${m.most} MiB.`),
    ...(faults.length > 0 && faults.every(({ inDoubt }) => inDoubt === 0)
      ? ['Nothing was ever in doubt: the faults met no commands.']
      : []),
    ...(queries.shown === 0 ? ['No query was ever answered.'] : []),
  ]
}

export function textOf(report: Report): string {
  const head = ['fault', 'acknowledged', 'in doubt', 'of them stored', 'unsent', '503', 'recovered in']
  const rows = report.faults.map((row) => [
    row.fault,
    ...[row.acknowledged, row.inDoubt, row.inDoubtStored, row.unsent, row.unavailable].map(String),
    `${row.recovered.toFixed(1)} s`,
  ])
  const { memory, queries } = report
  const failures = failuresOf(report)
  return [
    `seed ${report.seed}, ${report.seconds} s, on ${report.servers.join(', ')}`,
    '',
    ...table([head, ...rows]),
    '',
    ...report.faults.map(({ fault, evidence }) => `${fault}: ${evidence ?? 'NOT REACHED'}`),
    '',
    ...table([
      ['process', 'MiB at first', 'most', 'at last'],
      ...memory.map((m) => [m.process, ...[m.first, m.most, m.last].map(String)]),
    ]),
    '',
    `${report.asked} commands asked: ${report.acknowledged} acknowledged, ${report.refused} refused; ${report.replayed} answers said replayed.`,
    `${report.events} events, ${report.effects} effects of a reaction, ${report.erased} erasures; ${report.records} records on the topics: ${report.messages} messages, ${report.repeats} of them repeats, ${report.foreign} foreign.`,
    `${report.documents} documents of read models held against a rebuild; ${queries.shown} queries showed what was just acknowledged, ${queries.waited} were told to wait, ${queries.unanswered} got no answer.`,
    ...failures.map((failure) => `FAILED: ${failure}`),
    ...(failures.length === 0
      ? ['Nothing acknowledged is lost, nothing is applied twice, every key is in order on the topics.']
      : []),
  ].join('\n')
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))).join('  '),
  )
}
