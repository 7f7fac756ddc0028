import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { person, personCorrected } from './events.ts'

export const correct = decision(person, 'correct', {
  summary: 'Corrects the name or the mail address of a person.',
  rules: [],
  roles: ['pm', 'admin'],
  command: contract.PersonCorrected.shape,
  errors: {
    erased: 'The person is erased.',
    merged: 'The person was merged into another one; `into` names it.',
    'nothing-to-correct': 'The correction changes neither the name nor the mail address.',
  },
  example: { name: 'Anna Bergström' },
  decide(state, command, { refuse }) {
    if (state.erased) return refuse('erased')
    if (state.mergedInto !== undefined) return refuse('merged', { into: state.mergedInto })
    const { name = state.name, mail = state.mail } = command
    if (name === state.name && mail === state.mail) return refuse('nothing-to-correct')
    return [personCorrected(command, { corrects: state.registered })]
  },
})
