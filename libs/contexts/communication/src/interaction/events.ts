import { communication as contract, engagements } from '@rapport/contracts'
import { corrected, event, mark, stream } from '@rapport/events'
import type { Interaction } from './state.ts'

// Internal: the summary is our own note of the contact.

export const interactionLogged = event(contract.InteractionLogged, {
  visibility: 'internal',
  say: (e) =>
    e.participants === undefined
      ? { en: 'There was a contact {direction} by {channel}', zh: '通过{channel}联系，{direction}' }
      : {
          en: 'There was a contact {direction} by {channel} with {participants}',
          zh: '与{participants}通过{channel}联系，{direction}',
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
