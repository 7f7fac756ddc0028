import { measure, share } from '@rapport/events'
import { cadenceStrip } from '../read/cadence-strip.ts'
import { countedTurns, eventsOf, inTime } from './turns.ts'

/**
 * How many of the reports agreed with the client were issued in time: issued by the end of their tolerance / turns of cadences of reports
 * for the client that were planned in the period and are due by now. A later correction changes nothing. It looks at when reports were
 * issued (the occurred clock), as far as it was known at the moment that is asked as of. Source: on-time delivery; domain.md, measures.
 */
export const reportPunctuality = measure({
  name: 'report-punctuality',
  version: 1,
  words: { en: 'report punctuality', zh: '报告准时率' },
  unit: 'ratio',
  models: { strip: cadenceStrip },
  compute({ strip }, period) {
    const turns = countedTurns(strip, 'report', period)
    return { value: share(turns.filter(inTime).length, turns.length), n: turns.length, events: eventsOf(strip, turns) }
  },
})
