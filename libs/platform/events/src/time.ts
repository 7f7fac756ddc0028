/** When something happened: an instant, or only a day in a zone (then the date is the truth and the instant its first). */
export interface Occurred {
  readonly occurredAt: string
  readonly occurredOn?: string
  readonly zone?: string
}

const instantPattern = /^(\d{4})-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/
const datePattern = /^\d{4}-\d\d-\d\d$/

/** The canonical text of an instant, `YYYY-MM-DDTHH:mm:ss.sssZ`. */
export const instantText = (instant: Temporal.Instant): string =>
  instant.toString({ fractionalSecondDigits: 3, roundingMode: 'floor' })

/** The last instant that can be recorded: what would be due later is due then. */
export const LAST_INSTANT = '2199-12-31T23:59:59.999Z'
const inRange = (year: number): boolean => year >= 1900 && year <= 2199

/** The canonical text, or undefined for what contracts.md §11 refuses: no offset, over 3 decimals, second 60, a day that does not exist, a year outside 1900–2199. */
export function parseInstant(text: string): string | undefined {
  if (!instantPattern.test(text)) return undefined
  try {
    Temporal.PlainDate.from(text.slice(0, 10), { overflow: 'reject' })
    if (text.slice(11, 13) > '23') return undefined
    const canonical = instantText(Temporal.Instant.from(text))
    return inRange(Number(canonical.slice(0, 4))) ? canonical : undefined
  } catch {
    return undefined
  }
}

/** The date itself, or undefined for what is not an existing day `YYYY-MM-DD` in the years 1900–2199. */
export function parseDate(text: string): string | undefined {
  if (!datePattern.test(text) || !inRange(Number(text.slice(0, 4)))) return undefined
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString()
  } catch {
    return undefined
  }
}

/** True for an IANA zone name that this runtime knows; offsets are no zones. */
export function isZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(text)) return false
  try {
    Temporal.Now.instant().toZonedDateTimeISO(text)
    return true
  } catch {
    return false
  }
}

/** The first instant of a day in a zone (00:00, or later where the zone skips midnight). */
export const dayStart = (date: string, zone: string): string =>
  instantText(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone }).toInstant())

export const onDay = (date: string, zone: string): Occurred => ({
  occurredAt: dayStart(date, zone),
  occurredOn: date,
  zone,
})
export const at = (instant: Temporal.Instant): Occurred => ({ occurredAt: instantText(instant) })

/** True if `a` happened before `b`, by the coarser of their two precisions: a day is not before an instant within it. */
export function isBefore(a: Occurred, b: Occurred): boolean {
  if (a.occurredOn !== undefined && b.occurredOn !== undefined) return a.occurredOn < b.occurredOn
  if (a.occurredOn !== undefined) return dayEnd(a.occurredOn, a.zone!) <= b.occurredAt
  if (b.occurredOn !== undefined) return a.occurredAt < b.occurredAt
  return a.occurredAt < b.occurredAt
}

/** The first instant of the day after. */
export const dayEnd = (date: string, zone: string): string =>
  dayStart(Temporal.PlainDate.from(date).add({ days: 1 }).toString(), zone)
