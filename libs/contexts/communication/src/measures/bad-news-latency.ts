import { measure, percentile, type Doc, type Period } from '@rapport/events'
import { disclosures, type Disclosed } from '../read/disclosures.ts'

/** The disclosures made in a period up to now, the first first. */
export const disclosedIn = (
  docs: readonly (Doc & { readonly id: string })[],
  { from, to, now }: Period,
): readonly Disclosed[] =>
  docs
    .map((doc) => doc as unknown as Disclosed)
    .filter(({ disclosedAt: at }) => at >= from && at < to && at <= now)
    .toSorted((a, b) =>
      a.disclosedAt < b.disclosedAt ? -1 : a.disclosedAt > b.disclosedAt ? 1 : a.events[0]! < b.events[0]! ? -1 : 1,
    )

/** Whole minutes from knowing to telling; of what was told on a day, to its first instant, and never less than none. */
const latency = ({ identifiedAt, disclosedAt }: Disclosed): number =>
  Math.max(0, Math.floor((millis(disclosedAt) - millis(identifiedAt)) / 60_000))
const millis = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds

const latencyAt = (p: 50 | 90) =>
  measure({
    name: `bad-news-latency-p${p}`,
    version: 1,
    words: { en: `bad-news latency, p${p}`, zh: `坏消息告知时延（第${p}百分位）` },
    unit: 'minutes',
    models: { disclosures },
    compute({ disclosures: docs }, period) {
      const told = disclosedIn(docs, period)
      return { value: percentile(told.map(latency), p), n: told.length, events: told.flatMap(({ events }) => events) }
    },
  })

/**
 * How long bad news waits: the median (p50) and the 90th percentile of the minutes from identifiedAt to the disclosure, over the disclosures
 * made in the period, by nearest rank. Both instants are of the occurred clock, as last corrected at the moment that is asked as of.
 * Source: definition 1 of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996).
 */
export const badNewsLatencyP50 = latencyAt(50)
export const badNewsLatencyP90 = latencyAt(90)
