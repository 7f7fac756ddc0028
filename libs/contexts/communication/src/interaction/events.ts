import { communication as contract, engagements } from '@rapport/contracts'
import { corrected, event, mark, stream } from '@rapport/events'
import type { Interaction } from './state.ts'

// Internal: the summary is our own note of the contact.

export const interactionLogged = event(contract.InteractionLogged, {
  visibility: 'internal',
  say(e) {
    const { en, zh } =
      e.direction === 'inbound'
        ? { en: 'The client got in touch by {channel}', zh: '客户通过{channel}联系我方' }
        : { en: 'We got in touch with the client by {channel}', zh: '我方通过{channel}联系客户' }
    return e.participants === undefined
      ? { en, zh }
      : { en: `${en}; {participants} took part`, zh: `${zh}；参与者：{participants}` }
  },
  show: ['summary'],
  evolve: (_: Interaction, e, about) => ({ ...e, made: mark(about) }),
})

export const interactionCorrected = event(contract.InteractionCorrected, {
  visibility: 'internal',
  say: { en: 'The record of the contact was corrected', zh: '该联系记录已更正' },
  show: ['reason', 'summary'],
  evolve: (s: Interaction, { reason: _, ...changed }, about) => ({ ...s, ...changed, made: corrected(s.made, about) }),
})

export const interaction = stream<Interaction>('communication.interaction', {
  initial: undefined as never,
  events: [interactionLogged, interactionCorrected],
  scope: engagements.inEngagement,
})
