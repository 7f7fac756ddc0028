/** Where a due instant stands: it has come (`overdue`), comes on the day of the reader (`today`), or on a later one. */
export interface DueState {
  /** The day to name, in the zone. */
  readonly on: Temporal.PlainDate
  readonly state: 'later' | 'today' | 'overdue'
}

/** The day on which something is due in a zone: the end of a day is still that day, though its instant is the first of the next. */
export const dueDate = (due: Temporal.Instant, zone: string): Temporal.PlainDate =>
  due.subtract({ nanoseconds: 1 }).toZonedDateTimeISO(zone).toPlainDate()

/** How a due instant stands at another, told by the calendar of a zone; nothing of the reader's own zone enters. */
export function dueState(due: Temporal.Instant, now: Temporal.Instant, zone: string): DueState {
  const on = dueDate(due, zone)
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const overdue = Temporal.Instant.compare(now, due) >= 0
  return { on, state: overdue ? 'overdue' : Temporal.PlainDate.compare(on, today) > 0 ? 'later' : 'today' }
}
