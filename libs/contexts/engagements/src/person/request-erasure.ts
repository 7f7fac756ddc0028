import { engagements as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { person, personErasureRequested } from './events.ts'

export const requestErasure = decision(person, 'request-erasure', {
  summary: 'Asks for the erasure of a person’s data and names the legal basis; another person carries it out.',
  rules: [],
  roles: ['admin'],
  command: contract.PersonErasureRequested.shape,
  errors: {
    erased: 'The person is erased.',
    merged: 'The person was merged into another one: that one’s erasure erases all its records; `into` names it.',
    'already-requested': 'The erasure was requested before.',
  },
  example: { basis: 'consent-withdrawn' },
  decide(state, command, { refuse }) {
    if (state.erased) return refuse('erased')
    if (state.mergedInto !== undefined) return refuse('merged', { into: state.mergedInto })
    if (state.request !== undefined) return refuse('already-requested')
    return [personErasureRequested(command)]
  },
})
