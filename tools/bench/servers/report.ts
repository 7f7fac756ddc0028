import { table } from '../../generators/markdown.ts'
import { line as paired, type Line } from '../report.ts'
import { median } from '../work.ts'
import type { Servers } from './deployment.ts'
import type { LagFigure, ServersMeasured, ServersWork } from './work.ts'

/** A line of the report, as those of `npm run bench`; control, ratio and range only where something stands beside it. */
export interface ServersLine
  extends
    Pick<Line, 'work' | 'ours' | 'unit' | 'rounds' | 'notes'>,
    Partial<Pick<Line, 'control' | 'ratio' | 'range' | 'goal'>> {
  readonly lag?: LagFigure
  /** What it was measured on. */
  readonly servers: Servers
}

export function line(work: ServersWork, measured: ServersMeasured, servers: Servers): ServersLine {
  const { name, unit, goal } = work
  const { ours, control, lag, notes = [] } = measured
  const more = { ...(lag && { lag }), notes, servers }
  if (control === undefined) return { work: name, ours: Math.round(median(ours)), unit, rounds: ours.length, ...more }
  const { goal: _, ...pair } = paired({ name, unit, goal: goal ?? 0 }, { ours, control })
  return { ...pair, ...(goal !== undefined && { goal }), ...more }
}

const number = (n: number): string => n.toLocaleString('en')
const verdict = ({ ratio, goal }: ServersLine): string =>
  goal === undefined ? '' : `${number(goal)} ${ratio! >= goal ? 'met' : 'missed'}`
const lagWords = ({ pace, p50, p99 }: LagFigure): string => `p50 ${p50} ms, p99 ${p99} ms at ${number(pace)} a second`

export const serversWords = ({ events, documents, messages }: Servers): string => `${events}, ${documents}, ${messages}`

/** One line for people. */
export function words(each: ServersLine): string {
  const { work, ours, control, ratio, range, unit, goal, lag, notes } = each
  const beside = control === undefined ? '' : `, control ${number(control)}, ratio ${ratio} (${range!.join('–')})`
  const more = [...(lag ? [`lag from the answer: ${lagWords(lag)}, of ${number(lag.samples)}`] : []), ...notes]
  const indented = more.map((note) => `\n${' '.repeat(20)}${note}`).join('')
  return `${work.padEnd(19)} ${number(ours)} ${unit}${beside}${goal === undefined ? '' : `, goal ${verdict(each)}`}${indented}`
}

/** The table of docs/reference/speed.md. */
export function markdown(lines: readonly ServersLine[], works: readonly ServersWork[]): string {
  const head = [
    'Work',
    'What is done',
    'Ours',
    'Control',
    'Ratio',
    'Rounds from – to',
    'Goal',
    'Lag at half the rate',
    'The control',
  ]
  const rows = lines.map((each) => {
    const work = works.find(({ name }) => name === each.work)!
    return [
      `\`${each.work}\``,
      work.words,
      `${number(each.ours)} ${each.unit}`,
      each.control === undefined ? '–' : number(each.control),
      each.ratio?.toFixed(2) ?? '–',
      each.range?.map((n) => n.toFixed(2)).join(' – ') ?? '–',
      each.goal === undefined ? '–' : `≥ ${verdict(each)}`,
      each.lag === undefined ? '–' : lagWords(each.lag),
      work.beside,
    ]
  })
  const notes = lines.flatMap(({ work, notes }) => notes.map((note) => `- \`${work}\`: ${note}.`))
  const on = [...new Set(lines.map(({ servers }) => serversWords(servers)))]
  return [`On ${on.join('; on ')}, each on the same machine.`, '', table(head, rows), '', ...notes].join('\n')
}
