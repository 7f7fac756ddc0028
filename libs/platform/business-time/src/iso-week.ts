import { parseDate } from '@rapport/events'

/** The ISO 8601 week of a day, such as `2026-W01` for 29 December 2025; its year is the week's own. */
export const isoWeek = (date: Temporal.PlainDate): string =>
  `${String(date.yearOfWeek).padStart(4, '0')}-W${String(date.weekOfYear).padStart(2, '0')}`

/** Monday and Sunday of a week such as `2026-W11`; undefined for what names no week, as 2025-W53 does not. */
export function parseIsoWeek(
  text: string,
): { readonly monday: Temporal.PlainDate; readonly sunday: Temporal.PlainDate } | undefined {
  const parts = /^(\d{4})-W(\d\d)$/.exec(text)
  if (parts === null) return undefined
  // 4 January is in week 1, always.
  const fourth = Temporal.PlainDate.from(`${parts[1]}-01-04`)
  const monday = fourth.add({ days: 1 - fourth.dayOfWeek + 7 * (Number(parts[2]) - 1) })
  if (parseDate(monday.toString()) === undefined) return undefined
  return isoWeek(monday) === text ? { monday, sunday: monday.add({ days: 6 }) } : undefined
}
