import { measure, share } from '@rapport/events'
import { contacts } from '../read/contacts.ts'
import { contactsIn } from './contacts.ts'

/**
 * Whether both sides seek contact: min(inbound, outbound) / max(inbound, outbound) over the period's interactions, 1 where they are even and
 * 0 where only one side ever began. Meetings count for neither. n is inbound + outbound. It looks at when contacts happened (the occurred
 * clock), as far as it was known at the moment that is asked as of. Source: weighted dyadic reciprocity, Squartini et al., "Reciprocity of
 * weighted networks", Scientific Reports 3 (2013), of a single pair.
 */
export const reciprocity = measure({
  name: 'reciprocity',
  version: 1,
  words: { en: 'reciprocity', zh: '沟通互动均衡度' },
  unit: 'ratio',
  models: { contacts },
  compute({ contacts: docs }, period) {
    const found = contactsIn(docs, period).filter(({ direction }) => direction !== undefined)
    const inbound = found.filter(({ direction }) => direction === 'inbound').length
    const outbound = found.length - inbound
    return {
      value: share(Math.min(inbound, outbound), Math.max(inbound, outbound)),
      n: found.length,
      events: found.flatMap(({ events }) => events),
    }
  },
})
