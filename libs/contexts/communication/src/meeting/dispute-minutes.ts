import { communication as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { askClient, type AskedClient, checkClient, clientErrors } from './client.ts'
import { meeting, minutesDisputed } from './events.ts'

const { stakeholder, reason } = contract.MinutesDisputed.shape

export const disputeMinutes = decision(meeting, 'dispute-minutes', {
  summary: 'An attendee of the client says that the last version of the minutes is wrong, and why.',
  rules: ['I-21'],
  roles: ['client'],
  command: { stakeholder, reason },
  errors: { ...clientErrors, removed: 'The stakeholder had left the engagement by then.' },
  example: { stakeholder: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab', reason: 'We did not agree to the date.' },
  facts: (command): AskedClient => askClient(command.stakeholder),
  decide(state, command, { actor, facts, occurred, refuse }) {
    checkClient(state, command.stakeholder, actor, occurred, refuse)
    if (facts.who.removed) return refuse('removed')
    return [minutesDisputed({ ...command, version: state.version }, { visibility: state.audience })]
  },
})
