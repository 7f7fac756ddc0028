import { decision, of, ref } from '@rapport/events'
import { engagements as contract } from '@rapport/contracts'
import { person, personMergeReversed } from './events.ts'

export const reverseMerge = decision(person, 'reverse-merge', {
  summary:
    'Takes the merge of a person back where the other one was merged into it at the same moment; nothing happens where it was not.',
  rules: [],
  roles: ['system'],
  command: { into: ref('engagements.person') },
  errors: {},
  example: { into: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab' },
  facts: (command) => ({ other: of(contract.personFact, command.into) }),
  decide(state, command, { facts, id }) {
    // Each saw the other one before it was merged. Whoever asks, and however often: the same one of the two goes on.
    const circle = state.mergedInto === command.into && facts.other.mergedInto === id
    return circle && id < command.into ? [personMergeReversed({ into: command.into })] : []
  },
})
