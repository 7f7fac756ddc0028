import { decision } from '@rapport/events'
import { person, personErased } from './events.ts'

export const erase = decision(person, 'erase', {
  summary: 'Destroys a person’s data for ever, on a request by somebody else; the history stays provable.',
  rules: [],
  roles: ['admin'],
  command: {},
  errors: {
    erased: 'The person is erased.',
    'not-requested': 'Nobody requested the erasure.',
    'same-person': 'Whoever requested the erasure cannot carry it out.',
  },
  example: {},
  decide(state, _, { actor, refuse }) {
    if (state.erased) return refuse('erased')
    if (state.request === undefined) return refuse('not-requested')
    if (state.request.by === actor.id) return refuse('same-person')
    return [personErased({ basis: state.request.basis })]
  },
})
