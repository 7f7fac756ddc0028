import { table } from '../generators/markdown.ts'
import { median, ratios, type Measured, type Work } from './work.ts'

/** A line of the report. The first six members are what `--json` promises; the others are for docs/reference/speed.md. */
export interface Line {
  readonly work: string
  readonly ours: number
  readonly control: number
  readonly ratio: number
  readonly unit: string
  readonly goal: number
  /** Rate of the bare statements, and what part of it the control reaches. */
  readonly bare?: number
  readonly controlToBare?: number
  /** The ratio of the worst and of the best round. */
  readonly range: readonly [number, number]
  readonly rounds: number
  readonly notes: readonly string[]
}

const round = (n: number): number => (n >= 100 ? Math.round(n) : Number(n.toPrecision(3)))
const hundredths = (n: number): number => Math.round(n * 100) / 100

/** Medians of the rates, and the median of the ratios of each round. */
export function line(
  { name, unit, goal }: Pick<Work, 'name' | 'unit' | 'goal'>,
  { ours, control, bare, notes = [] }: Measured,
): Line {
  const pairs = ratios(ours, control)
  return {
    work: name,
    ours: round(median(ours)),
    control: round(median(control)),
    ratio: hundredths(median(pairs)),
    unit,
    goal,
    ...(bare !== undefined && {
      bare: round(median(bare)),
      controlToBare: hundredths(median(ratios(control, bare))),
    }),
    range: [hundredths(Math.min(...pairs)), hundredths(Math.max(...pairs))],
    rounds: ours.length,
    notes,
  }
}

const number = (n: number): string => n.toLocaleString('en')
const verdict = ({ ratio, goal }: Line): string => (ratio >= goal ? 'met' : 'missed')

/** One line for people. */
export function words(each: Line): string {
  const { work, ours, control, ratio, unit, goal, controlToBare, range, notes } = each
  const bare = controlToBare === undefined ? '' : `; the control reaches ${controlToBare} of bare statements`
  const more = notes.map((note) => `\n${' '.repeat(18)}${note}`).join('')
  return `${work.padEnd(17)} ${number(ours)} ${unit}, control ${number(control)}, ratio ${ratio} (${range.join('–')}), goal ${goal} ${verdict(each)}${bare}${more}`
}

/** The table of docs/reference/speed.md. */
export function markdown(lines: readonly Line[], works: readonly Work[]): string {
  const head = [
    'Work',
    'What is done',
    'Ours',
    'Control',
    'Ratio',
    'Rounds from – to',
    'Goal',
    'Why this goal',
    'Control / bare',
  ]
  const rows = lines.map((each) => {
    const work = works.find(({ name }) => name === each.work)!
    return [
      `\`${each.work}\``,
      work.words,
      `${number(each.ours)} ${each.unit}`,
      number(each.control),
      each.ratio.toFixed(2),
      each.range.map((n) => n.toFixed(2)).join(' – '),
      `≥ ${each.goal}, ${verdict(each)}`,
      work.why,
      each.controlToBare === undefined ? '–' : each.controlToBare.toFixed(2),
    ]
  })
  const notes = lines.flatMap(({ work, notes }) => notes.map((note) => `- \`${work}\`: ${note}.`))
  return [table(head, rows), '', ...notes].join('\n')
}
