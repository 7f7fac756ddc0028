import { communication as contract, engagements } from '@rapport/contracts'
import { corrected, event, mark, stream } from '@rapport/events'
import type { Disclosure } from './state.ts'

export const disclosureMade = event(contract.DisclosureMade, {
  visibility: 'client',
  say: (e) =>
    e.raisedBy === 'us'
      ? { en: '{kind} was disclosed; we raised it first', zh: '披露了{kind}；由我方最先提出' }
      : { en: '{kind} was disclosed; the client raised it first', zh: '披露了{kind}；由客户最先提出' },
  show: ['subject', 'impact', 'countermeasure'],
  evolve: (_: Disclosure, { engagement: __, ...matter }, about) => ({
    ...matter,
    made: mark(about),
    acknowledgedBy: [],
  }),
})

export const disclosureAcknowledged = event(contract.DisclosureAcknowledged, {
  visibility: 'client',
  say: (e) =>
    e.heardBefore
      ? {
          en: '{stakeholder} acknowledged the disclosure and had heard of it before',
          zh: '{stakeholder}确认已知悉该披露，此前已有耳闻',
        }
      : {
          en: '{stakeholder} acknowledged the disclosure and heard it first from us',
          zh: '{stakeholder}确认已知悉该披露，首次由我方告知',
        },
  show: ['note'],
  evolve: (s: Disclosure, e) => ({ ...s, acknowledgedBy: [...s.acknowledgedBy, e.stakeholder] }),
})

export const disclosureCorrected = event(contract.DisclosureCorrected, {
  visibility: 'client',
  say: { en: 'The disclosure was corrected', zh: '该披露已更正' },
  show: ['reason', 'subject', 'impact', 'countermeasure'],
  evolve: (s: Disclosure, { reason: _, ...changed }, about) => ({ ...s, ...changed, made: corrected(s.made, about) }),
})

export const disclosure = stream<Disclosure>('communication.disclosure', {
  initial: undefined as never,
  events: [disclosureMade, disclosureAcknowledged, disclosureCorrected],
  scope: engagements.inEngagement,
})
