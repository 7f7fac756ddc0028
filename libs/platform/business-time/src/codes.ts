import { RapportError } from '@rapport/events'

/** Why a calendar is refused. */
export const calendarCodes = {
  'zone-unknown': 'The time zone is no IANA zone of this runtime.',
  'weekday-unknown': 'A weekday is none of mon, tue, wed, thu, fri, sat and sun.',
  'block-malformed': 'A block is not two clock times from 00:00 to 24:00, written HH:mm.',
  'block-empty': 'A block ends no later than it starts; what goes on past midnight is a block on each day.',
  'blocks-unordered': 'The blocks of a day overlap, or do not stand in order.',
  'holiday-malformed': 'A holiday is no existing day, written YYYY-MM-DD.',
  'calendar-closed': 'The calendar has no block at all.',
} as const

/** Why a cadence is refused. */
export const cadenceCodes = {
  'zone-unknown': calendarCodes['zone-unknown'],
  'period-malformed': 'The period is not a whole number from 1 to 1,000 of days, weeks or months.',
  'day-malformed': 'Weeks need a weekday from mon to sun, months a day from 1 to 31, days none.',
  'clock-malformed': 'The time is no clock time from 00:00 to 23:59, written HH:mm.',
  'from-malformed': 'The first day is no existing day, written YYYY-MM-DD.',
  'tolerance-malformed': 'The tolerance is not made of whole days, hours and minutes from 0 to 100,000.',
} as const

/** Why time cannot be counted as asked. */
export const amountCodes = {
  'amount-malformed': 'Minutes are a number from 0 on, days a whole one.',
  'out-of-range': 'The answer, or the way to it, leaves the years 1900 to 2199.',
} as const

const sentences = { ...calendarCodes, ...cadenceCodes, ...amountCodes }

/** What is wrong with a definition, and where: `at` is the path of the faulty member, such as `week.mon.1`. */
export interface Problem<C extends string> {
  readonly code: C
  readonly at: string
}

/** A calendar, a cadence or an amount that means nothing; `detail.at` names the place. */
export class InvalidTime extends RapportError {
  constructor(code: keyof typeof sentences, detail: Readonly<Record<string, unknown>> = {}) {
    super(code, sentences[code], detail)
  }
}
