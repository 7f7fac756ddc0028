import { communication as contract } from '@rapport/contracts'
import { changes, decision, isBefore } from '@rapport/events'
import { disclosure, disclosureCorrected } from './events.ts'

export const correct = decision(disclosure, 'correct', {
  summary: 'Corrects what a disclosure says or, with occurredAt, when it was made; what was told stays on record.',
  rules: ['I-30'],
  roles: ['pm'],
  command: contract.DisclosureCorrected.shape,
  errors: {
    'nothing-to-correct': 'The correction changes neither a field nor the date.',
    'identified-after-telling': 'identifiedAt lies after the disclosure itself.',
  },
  example: { impact: 'Go-live moves by two weeks.', reason: 'The estimate was too low.' },
  decide(state, command, { occurred, dated, refuse }) {
    const { reason: _, ...changed } = command
    if (!changes(state, changed) && !dated) return refuse('nothing-to-correct')
    const made = dated ? occurred : state.made
    if (isBefore(made, { occurredAt: command.identifiedAt ?? state.identifiedAt }))
      return refuse('identified-after-telling')
    return [disclosureCorrected(command, { corrects: state.made })]
  },
})
