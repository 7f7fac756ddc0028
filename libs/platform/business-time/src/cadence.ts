import { parseDate } from '@rapport/events'
import { cadenceProblem, type CadenceDefinition } from './cadence-definition.ts'
import { InvalidTime } from './codes.ts'
import { isoWeek, parseIsoWeek } from './iso-week.ts'
import { dateOf, dayNumber, LAST_DAY, weekdays } from './units.ts'
import { compatible, dayStartOf } from './zone.ts'

/** One turn of a cadence: whole periods, without gap or overlap from one to the next. */
export interface Slot {
  /** Unique in its cadence, the period that the slot is planned in: `2026-W11`, `2026-03` or `2026-03-11`. */
  readonly name: string
  /** The first instant of the period. */
  readonly start: Temporal.Instant
  /** The first instant after it. */
  readonly end: Temporal.Instant
  /** The planned instant. */
  readonly at: Temporal.Instant
  /** The planned instant and the tolerance. */
  readonly due: Temporal.Instant
}

export interface Cadence {
  /** The slots that share time with [from, to), in order; none begins after 2199. */
  slots(from: Temporal.Instant, to: Temporal.Instant): readonly Slot[]
  /** The slot that holds an instant; undefined before the first and after the last. */
  slotOf(instant: Temporal.Instant): Slot | undefined
  /** The slot of a name; undefined where the cadence has none, as for a week that does not exist. */
  slotNamed(name: string): Slot | undefined
}

/** How a unit of time numbers its periods, from any fixed one on. */
interface Unit {
  /** The period that holds a day. */
  periodOf(day: number): number
  /** The first day of a period. */
  firstDay(period: number): number
  /** The day within a period on which it is planned. */
  planned(period: number): number
  name(period: number): string
  /** A day of the period that a name means. */
  dayNamed(name: string): number | undefined
}

/** Makes a cadence of its definition; what {@link cadenceProblem} finds is thrown as {@link InvalidTime}. */
export function cadence(definition: CadenceDefinition): Cadence {
  const problem = cadenceProblem(definition)
  if (problem !== undefined) throw new InvalidTime(problem.code, { at: problem.at })
  const { zone } = definition
  const [unit, size] = unitOf(definition)
  const clock = Temporal.PlainTime.from(definition.at)
  const fromDay = dayNumber(Temporal.PlainDate.from(definition.from))
  const same = unit.periodOf(fromDay)
  const anchor = unit.planned(same) < fromDay ? same + 1 : same

  const startOf = (n: number): number => dayStartOf(zone, unit.firstDay(anchor + n * size))
  const slot = (n: number): Slot | undefined => {
    const period = anchor + n * size
    if (unit.firstDay(period) >= LAST_DAY) return undefined
    const at = compatible(dateOf(unit.planned(period)).toPlainDateTime(clock), zone)
    return {
      name: unit.name(period),
      start: Temporal.Instant.fromEpochMilliseconds(startOf(n)),
      end: Temporal.Instant.fromEpochMilliseconds(startOf(n + 1)),
      at,
      due: at.toZonedDateTimeISO(zone).add(plain(definition.tolerance)).toInstant(),
    }
  }
  const numberOf = (instant: Temporal.Instant): number => {
    const day = dayNumber(instant.toZonedDateTimeISO(zone).toPlainDate())
    const n = Math.floor((unit.periodOf(day) - anchor) / size)
    // Where a clock goes back over midnight the old day comes again within the new one.
    return startOf(n + 1) <= instant.epochMilliseconds ? n + 1 : n
  }
  return {
    slots(from, to) {
      const found: Slot[] = []
      for (let n = Math.max(0, numberOf(from)); startOf(n) < to.epochMilliseconds; n++) {
        const next = slot(n)
        if (next === undefined) break
        found.push(next)
      }
      return found
    },
    slotOf(instant) {
      const n = numberOf(instant)
      return n < 0 ? undefined : slot(n)
    },
    slotNamed(name) {
      const day = unit.dayNamed(name)
      const n = day === undefined ? -1 : (unit.periodOf(day) - anchor) / size
      return n >= 0 && Number.isInteger(n) ? slot(n) : undefined
    },
  }
}

const plain = ({ days = 0, hours = 0, minutes = 0 }: CadenceDefinition['tolerance'] = {}): Temporal.DurationLike => ({
  days,
  hours,
  minutes,
})

function unitOf(definition: CadenceDefinition): readonly [unit: Unit, size: number] {
  const { every, on } = definition
  if ('days' in every) return [daily, every.days]
  if ('weeks' in every) return [weekly(weekdays.indexOf(on as (typeof weekdays)[number])), every.weeks]
  return [monthly(on as number), every.months]
}

const daily: Unit = {
  periodOf: (day) => day,
  firstDay: (day) => day,
  planned: (day) => day,
  name: (day) => dateOf(day).toString(),
  dayNamed: (name) => (parseDate(name) === undefined ? undefined : dayNumber(Temporal.PlainDate.from(name))),
}

// Day -3 was a Monday.
const weekly = (weekday: number): Unit => ({
  periodOf: (day) => Math.floor((day + 3) / 7),
  firstDay: (week) => week * 7 - 3,
  planned: (week) => week * 7 - 3 + weekday,
  name: (week) => isoWeek(dateOf(week * 7 - 3)),
  dayNamed(name) {
    const week = parseIsoWeek(name)
    return week && dayNumber(week.monday)
  },
})

const monthly = (dayOfMonth: number): Unit => {
  const first = (month: number): Temporal.PlainDate => Temporal.PlainDate.from('1970-01-01').add({ months: month })
  return {
    periodOf(day) {
      const date = dateOf(day)
      return (date.year - 1970) * 12 + date.month - 1
    },
    firstDay: (month) => dayNumber(first(month)),
    planned: (month) => dayNumber(first(month).with({ day: dayOfMonth })),
    name: (month) => first(month).toString().slice(0, 7),
    dayNamed: (name) => daily.dayNamed(`${name}-01`),
  }
}
