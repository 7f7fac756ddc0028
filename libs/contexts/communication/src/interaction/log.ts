import { communication as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { interaction, interactionLogged } from './events.ts'
import { askParticipants, checkParticipants, participantErrors } from './participants.ts'

export const log = decision(interaction, 'log', {
  summary: 'Keeps a contact with the client on file, and who it came from.',
  creates: true,
  rules: ['I-28'],
  roles: ['pm'],
  command: contract.InteractionLogged.shape,
  errors: participantErrors,
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    channel: 'phone',
    direction: 'inbound',
    summary: 'Asked whether the training can start a week later.',
  },
  facts: (command) => askParticipants(command.participants),
  decide(_, command, { facts, occurred, refuse }) {
    checkParticipants(facts, command.engagement, occurred, refuse)
    return [interactionLogged(command)]
  },
})
