import { instantText, parseDate, parseInstant } from '@rapport/events'

/** What a cell says about when: an instant, or only a day. */
export type Moment = { readonly instant: string } | { readonly date: string }

/** A date pattern, ready to read cells. */
export interface DatePattern {
  readonly pattern: string
  /** Clock times and days need a zone; instants and offsets do not. */
  readonly needsZone: boolean
  /** Undefined where the text does not fit or names no existing day or time. */
  read(text: string, zone: string): Moment | undefined
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const tokens: Readonly<Record<string, string>> = {
  yyyy: String.raw`(?<year>\d{4})`,
  yy: String.raw`(?<year>\d{2})`,
  MMM: `(?<month>${months.join('|')})`,
  MM: String.raw`(?<month>\d{2})`,
  M: String.raw`(?<month>\d{1,2})`,
  dd: String.raw`(?<day>\d{2})`,
  d: String.raw`(?<day>\d{1,2})`,
  HH: String.raw`(?<hour>\d{2})`,
  H: String.raw`(?<hour>\d{1,2})`,
  hh: String.raw`(?<hour>\d{2})`,
  h: String.raw`(?<hour>\d{1,2})`,
  mm: String.raw`(?<minute>\d{2})`,
  ss: String.raw`(?<second>\d{2})`,
  SSS: String.raw`(?<milli>\d{3})`,
  a: '(?<half>am|pm)',
  XXX: String.raw`(?<offset>z|[+-]\d{2}:\d{2})`,
}
const token = /'([^']*)'|yyyy|yy|MMM|MM|M|dd|d|HH|H|hh|h|mm|ss|SSS|XXX|a|[^]/g

/** Compiles a pattern, or says what is wrong with it. */
export function datePattern(pattern: string): DatePattern | { readonly wrong: string } {
  const known = serials[pattern]
  if (known !== undefined) return { pattern, ...known }
  const found = new Set<string>()
  let source = ''
  for (const [text, quoted] of pattern.matchAll(token)) {
    const group = tokens[text]
    if (group === undefined && quoted === undefined && /[A-Za-su-z]/.test(text) && text !== 'T')
      return { wrong: `"${text}" is no part of a date; other letters stand in single quotes` }
    const name = group === undefined ? undefined : /<(\w+)>/.exec(group)![1]!
    if (name !== undefined && found.has(name)) return { wrong: `the ${name} stands in it twice` }
    if (name !== undefined) found.add(name)
    source += group ?? RegExp.escape(quoted ?? text)
  }
  for (const part of ['year', 'month', 'day']) if (!found.has(part)) return { wrong: `it has no ${part}` }
  const timed = ['hour', 'minute', 'second', 'milli', 'half', 'offset'].some((part) => found.has(part))
  if (timed && !found.has('hour')) return { wrong: 'it has a time without the hour' }
  if (/h/.test(pattern.replaceAll(/'[^']*'/g, '')) !== found.has('half'))
    return { wrong: 'h and hh need a (AM or PM), and a needs them' }
  const shape = new RegExp(`^${source}$`, 'i')
  return {
    pattern,
    needsZone: !found.has('offset'),
    read(text, zone) {
      const parts = shape.exec(text)?.groups
      return parts === undefined ? undefined : moment(parts, timed, zone)
    },
  }
}

type Parts = Readonly<Record<string, string | undefined>>

function moment(parts: Parts, timed: boolean, zone: string): Moment | undefined {
  const short = parts.year!.length === 2
  const year = Number(parts.year) + (short ? (Number(parts.year) < 70 ? 2000 : 1900) : 0)
  const named = months.indexOf(parts.month!.toLowerCase())
  const month = named < 0 ? Number(parts.month) : named + 1
  const date = parseDate(`${year}-${two(month)}-${two(Number(parts.day))}`)
  if (date === undefined || !timed) return date === undefined ? undefined : { date }
  const hour = hourOf(Number(parts.hour), parts.half?.toLowerCase())
  const clock = `${two(hour)}:${parts.minute ?? '00'}:${parts.second ?? '00'}.${parts.milli ?? '000'}`
  if (parts.offset !== undefined) return instant(`${date}T${clock}${parts.offset.toUpperCase()}`)
  return parseInstant(`${date}T${clock}Z`) === undefined
    ? undefined
    : inZone(Temporal.PlainDateTime.from(`${date}T${clock}`), zone)
}

const two = (n: number): string => String(n).padStart(2, '0')

/** 99 for an hour that does not exist, so that it is refused with all the others. */
const hourOf = (hour: number, half: string | undefined): number =>
  half === undefined ? hour : hour < 1 || hour > 12 ? 99 : (hour % 12) + (half === 'pm' ? 12 : 0)

const instant = (text: string): Moment | undefined => {
  const canonical = parseInstant(text)
  return canonical === undefined ? undefined : { instant: canonical }
}

/** A clock time that a zone skips or shows twice is taken as most calendars do: the later one of a gap, the earlier one of a repeat. */
const inZone = (clock: Temporal.PlainDateTime, zone: string): Moment | undefined =>
  instant(instantText(clock.toZonedDateTime(zone, { disambiguation: 'compatible' }).toInstant()))

const epoch = (perUnit: number) => ({
  needsZone: false,
  read(text: string): Moment | undefined {
    const milliseconds = /^-?\d{1,15}(\.0+)?$/.test(text) ? Number(text) * perUnit : Number.NaN
    if (!(Math.abs(milliseconds) <= 8.64e15)) return undefined
    return instant(instantText(Temporal.Instant.fromEpochMilliseconds(milliseconds)))
  },
})

/** A day number of a workbook, with the time of day as its fraction; a whole number is only a day (BR-40). */
const excel = (dayOf: (serial: number) => Temporal.PlainDate | undefined) => ({
  needsZone: true,
  read(text: string, zone: string): Moment | undefined {
    if (!/^\d{1,6}(\.\d+)?$/.test(text)) return undefined
    const serial = Number(text)
    const milliseconds = Math.round((serial - Math.floor(serial)) * 86_400_000)
    const day = dayOf(Math.floor(serial))
    if (day === undefined || parseDate(day.toString()) === undefined) return undefined
    return milliseconds === 0 ? { date: day.toString() } : inZone(day.toPlainDateTime().add({ milliseconds }), zone)
  },
})

const serials: Readonly<Record<string, Omit<DatePattern, 'pattern'>>> = {
  'epoch-seconds': epoch(1000),
  'epoch-milliseconds': epoch(1),
  // The 1900 calendar has a 29 February 1900 (number 60) that never was: the numbers before it are one day off.
  'excel-1900': excel((n) =>
    n === 60 || n === 0 ? undefined : Temporal.PlainDate.from(n < 60 ? '1899-12-31' : '1899-12-30').add({ days: n }),
  ),
  'excel-1904': excel((n) => Temporal.PlainDate.from('1904-01-01').add({ days: n })),
}
