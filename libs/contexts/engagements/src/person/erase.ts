import { decision } from '@rapport/events'
import { person, personErased } from './events.ts'

export const erase = decision(person, 'erase', {
  summary: 'Destroys a person’s data for ever, on a request by somebody else; the history stays provable.',
  rules: [],
  roles: ['admin'],
  command: {},
  errors: {
    erased: 'The person is erased.',
    merged: 'The person was merged into another one, which is erased with all its records; `into` names it.',
    'not-requested': 'Nobody requested the erasure.',
    'same-person': 'Whoever requested the erasure cannot carry it out.',
  },
  example: {},
  decide(state, _, { actor, refuse }) {
    if (state.erased) return refuse('erased')
    if (state.mergedInto !== undefined) return refuse('merged', { into: state.mergedInto })
    if (state.request === undefined) return refuse('not-requested')
    if (state.request.by === actor.id) return refuse('same-person')
    const { absorbed } = state
    return [personErased({ basis: state.request.basis, ...(absorbed && { merged: [...absorbed] }) })]
  },
})
