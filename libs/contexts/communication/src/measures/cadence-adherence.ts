import { measure, share } from '@rapport/events'
import { cadenceStrip } from '../read/cadence-strip.ts'
import { countedTurns, eventsOf, inTime } from './turns.ts'

/**
 * How many of the meetings agreed with the client took place in time: held by the end of their tolerance / turns of cadences of meetings
 * for the client that were planned in the period and are due by now. What was cancelled or held later counts as not in time; where nobody
 * agreed on a meeting there is no value. It looks at when meetings were held (the occurred clock), as far as it was known at the moment
 * that is asked as of. Source: planned against actual occurrences, as schedule adherence is defined everywhere; domain.md, measures.
 */
export const cadenceAdherence = measure({
  name: 'cadence-adherence',
  version: 1,
  words: { en: 'cadence adherence', zh: '会议节奏遵守率' },
  unit: 'ratio',
  models: { strip: cadenceStrip },
  compute({ strip }, period) {
    const turns = countedTurns(strip, 'meeting', period)
    return { value: share(turns.filter(inTime).length, turns.length), n: turns.length, events: eventsOf(strip, turns) }
  },
})
