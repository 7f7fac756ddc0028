import { measure, share } from '@rapport/events'
import { disclosures } from '../read/disclosures.ts'
import { disclosedIn } from './bad-news-latency.ts'

/**
 * How often the client heard bad news from us first: disclosures of the period that we raised / all of it. It looks at when matters were
 * disclosed (the occurred clock), and who raised them as last corrected at the moment that is asked as of. Source: I-31; domain.md, measures.
 */
export const proactiveShare = measure({
  name: 'proactive-share',
  version: 1,
  words: { en: 'share of bad news told by us first', zh: '主动告知占比' },
  unit: 'ratio',
  models: { disclosures },
  compute({ disclosures: docs }, period) {
    const told = disclosedIn(docs, period)
    const ours = told.filter(({ raisedBy }) => raisedBy === 'us')
    return { value: share(ours.length, told.length), n: told.length, events: told.flatMap(({ events }) => events) }
  },
})
