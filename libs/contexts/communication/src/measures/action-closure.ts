import { dayEnd, measure, share } from '@rapport/events'
import { actionItems, type ActionItem } from '../read/action-items.ts'

/**
 * How many action items were done when first agreed: completed by the end of their first day / action items whose first day ended in the
 * period and by now, without those that were cancelled. Carrying over hides nothing. It looks at when items were completed (the occurred
 * clock), as far as it was known at the moment that is asked as of. Source: the strict say/do ratio; domain.md, measures.
 */
export const actionClosure = measure({
  name: 'action-closure',
  version: 1,
  words: { en: 'action items done in time', zh: '行动项按时完成率' },
  unit: 'ratio',
  models: { items: actionItems },
  compute({ items }, { from, to, now, zone }) {
    const due = items
      .map((doc) => doc as unknown as ActionItem)
      .map((item) => ({ ...item, end: dayEnd(item.firstDue, zone) }))
      .filter(({ end }) => end > from && end <= to && end <= now)
      .filter(({ status, closedAt = '' }) => status !== 'cancelled' || closedAt > now)
      .toSorted((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : a.events[0]! < b.events[0]! ? -1 : 1))
    const done = due.filter(({ status, closedAt, end }) => status === 'completed' && closedAt! < end)
    return { value: share(done.length, due.length), n: due.length, events: due.flatMap(({ events }) => events) }
  },
})
