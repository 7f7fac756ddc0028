import { engagements as contract } from '@rapport/contracts'
import { decision, normaliseMail } from '@rapport/events'
import { person, personRegistered } from './events.ts'

export const register = decision(person, 'register', {
  summary: 'Registers a natural person; one with a mail address is known once in a tenant.',
  creates: true,
  rules: [],
  roles: ['pm', 'admin'],
  command: contract.PersonRegistered.shape,
  errors: { 'already-registered': 'A person with this mail address is registered; `id` names it.' },
  example: { name: 'Anna Berg', mail: 'anna.berg@riverside.example' },
  identity: ({ mail }) => (mail === undefined ? undefined : { label: 'mail', value: normaliseMail(mail) }),
  decide(state, command, { id, refuse }) {
    if (state !== undefined) return refuse('already-registered', { id })
    return [personRegistered(command)]
  },
})
