import { decision, of, ref } from '@rapport/events'
import { engagements as contract } from '@rapport/contracts'
import { person, personAbsorbed } from './events.ts'

export const absorb = decision(person, 'absorb', {
  summary: 'Remembers a record of the same person that was merged into this one; nothing happens where it was not.',
  rules: [],
  roles: ['system'],
  command: { person: ref('engagements.person') },
  errors: {},
  example: { person: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab' },
  facts: (command) => ({ other: of(contract.personFact, command.person) }),
  decide(state, command, { facts, id }) {
    // Its merge may have been taken back meanwhile.
    if (facts.other.mergedInto !== id) return []
    // Too late to remember it: the reaction that asks for this lets the record go after the erased person next.
    if (state.erased) return []
    return state.absorbed?.includes(command.person) === true ? [] : [personAbsorbed(command)]
  },
})
