import { decision, of, ref } from '@rapport/events'
import { engagements as contract } from '@rapport/contracts'
import { person, personErased } from './events.ts'

export const eraseMerged = decision(person, 'erase-merged', {
  summary:
    'Erases a record of a person with the one that it was merged into; nothing happens while that one stands, or where it was not merged.',
  rules: [],
  roles: ['system'],
  command: { into: ref('engagements.person') },
  errors: {},
  example: { into: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab' },
  facts: (command) => ({ into: of(contract.personFact, command.into) }),
  decide(state, command, { facts }) {
    if (state.mergedInto !== command.into || state.erased || facts.into.basis === undefined) return []
    return [personErased({ basis: facts.into.basis, ...(state.absorbed && { merged: [...state.absorbed] }) })]
  },
})
