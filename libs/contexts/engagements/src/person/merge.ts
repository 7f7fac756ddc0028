import { engagements as contract } from '@rapport/contracts'
import { decision, of } from '@rapport/events'
import { person, personMerged } from './events.ts'

export const merge = decision(person, 'merge', {
  summary: 'Says that two registered persons are one: whoever meets this one goes on with the other.',
  rules: [],
  roles: ['pm', 'admin'],
  command: contract.PersonMerged.shape,
  errors: {
    erased: 'The person is erased.',
    'erasure-requested': 'The erasure of the person was requested: it is carried out first, as it was asked for.',
    'already-merged': 'The person was merged before; `into` names the other one.',
    'into-itself': 'A person cannot be merged into itself.',
    'into-erased': 'The other person is erased.',
    'into-merged': 'The other person was itself merged; `into` names the one to merge into.',
  },
  example: { into: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab' },
  facts: (command) => ({ other: of(contract.personFact, command.into) }),
  decide(state, command, { facts, id, refuse }) {
    if (state.erased) return refuse('erased')
    if (state.mergedInto !== undefined) return refuse('already-merged', { into: state.mergedInto })
    // Whoever carries it out would be told to ask for the erasure of the other one, for which nobody has asked.
    if (state.request !== undefined) return refuse('erasure-requested')
    if (command.into === id) return refuse('into-itself')
    if (facts.other.erased) return refuse('into-erased')
    if (facts.other.mergedInto !== undefined) return refuse('into-merged', { into: facts.other.mergedInto })
    return [personMerged(command)]
  },
})
