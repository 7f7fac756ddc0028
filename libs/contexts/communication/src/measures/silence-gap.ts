import { measure } from '@rapport/events'
import { contacts } from '../read/contacts.ts'
import { contactsIn } from './contacts.ts'

const DAY = 86_400_000

/**
 * The longest time of a period without two-way contact, in days with two decimals: max of the gaps between the period's beginning, each
 * two-way contact in it (a meeting that the client attended, a call, word from the client) and the period's end, or now where that is
 * sooner. n counts those contacts; the events are those at either end of the longest gap. It looks at when contacts happened (the occurred
 * clock), as far as it was known at the moment that is asked as of. Source: recency in RFM analysis, taken over a period; domain.md.
 */
export const silenceGap = measure({
  name: 'silence-gap',
  version: 1,
  words: { en: 'longest silence', zh: '最长沉默期' },
  unit: 'days',
  models: { contacts },
  compute({ contacts: docs }, period) {
    const end = period.to < period.now ? period.to : period.now
    if (end <= period.from) return { value: null, n: 0, events: [] }
    const found = contactsIn(docs, period).filter(({ twoWay }) => twoWay === 'yes')
    const marks = [{ at: period.from, events: [] }, ...found, { at: end, events: [] }]
    let longest = { ms: -1, events: [] as readonly string[] }
    for (const [n, { at, events }] of marks.entries()) {
      const next = marks[n + 1]
      if (next === undefined) break
      const ms = millis(next.at) - millis(at)
      if (ms > longest.ms) longest = { ms, events: [...new Set([...events, ...next.events])] }
    }
    return { value: (longest.ms / DAY).toFixed(2), n: found.length, events: longest.events }
  },
})

const millis = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds
