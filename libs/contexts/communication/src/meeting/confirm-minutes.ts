import { communication as contract, engagements } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { askClient, type AskedClient, checkClient, clientErrors } from './client.ts'
import { meeting, minutesConfirmed } from './events.ts'

const { stakeholder } = contract.MinutesConfirmed.shape

export const confirmMinutes = decision(meeting, 'confirm-minutes', {
  summary: 'An attendee of the client who may sign minutes confirms their last version.',
  rules: ['I-03', 'I-21'],
  roles: ['client'],
  command: { stakeholder },
  errors: {
    ...clientErrors,
    'right-missing': 'The stakeholder did not hold the right to sign minutes when it confirmed.',
    'already-confirmed': 'The stakeholder confirmed this version before.',
  },
  example: { stakeholder: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab' },
  facts: (command): AskedClient => askClient(command.stakeholder),
  decide(state, { stakeholder }, { actor, facts, occurred, refuse }) {
    checkClient(state, stakeholder, actor, occurred, refuse)
    if (!engagements.holds(facts.who, 'sign-minutes')) return refuse('right-missing')
    if (state.confirmedBy.includes(stakeholder)) return refuse('already-confirmed')
    return [minutesConfirmed({ stakeholder, version: state.version }, { visibility: state.audience })]
  },
})
