import { communication as contract } from '@rapport/contracts'
import { changes, decision } from '@rapport/events'
import { interaction, interactionCorrected } from './events.ts'
import { askParticipants, checkParticipants, participantErrors } from './participants.ts'

export const correct = decision(interaction, 'correct', {
  summary: 'Corrects what is on file about a contact or, with occurredAt, when it was; what was filed stays on record.',
  rules: ['I-28'],
  roles: ['pm'],
  command: contract.InteractionCorrected.shape,
  errors: { ...participantErrors, 'nothing-to-correct': 'The correction changes neither a field nor the date.' },
  example: { direction: 'outbound', reason: 'We called them, not they us.' },
  facts: (command) => askParticipants(command.participants),
  decide(state, command, { dated, facts, occurred, refuse }) {
    const { reason: _, ...changed } = command
    if (!changes(state, changed) && !dated) return refuse('nothing-to-correct')
    checkParticipants(facts, state.engagement, dated ? occurred : state.made, refuse)
    return [interactionCorrected(command, { corrects: state.made })]
  },
})
