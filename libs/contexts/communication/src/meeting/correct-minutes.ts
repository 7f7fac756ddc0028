import { communication as contract } from '@rapport/contracts'
import { decision, isBefore } from '@rapport/events'
import { meeting, minutesCorrected } from './events.ts'
import { askOwners, checkOwners, ownerErrors } from './minutes.ts'

const { version: _, ...changes } = contract.MinutesCorrected.shape

export const correctMinutes = decision(meeting, 'correct-minutes', {
  summary: 'Makes a new version of the minutes, which nobody has confirmed yet; the old one stays on record.',
  rules: ['I-21'],
  roles: ['pm'],
  command: changes,
  errors: {
    ...ownerErrors,
    'no-minutes': 'The meeting has no minutes.',
    'nothing-to-correct': 'The correction changes neither a field nor the date.',
    'before-meeting': 'Minutes follow the meeting.',
  },
  example: { decisions: ['The training comes a week after go-live.'], reason: 'We had it the wrong way round.' },
  facts: (command) => askOwners(command.actions),
  decide({ held, minutes, version, audience }, command, { dated, facts, occurred, refuse }) {
    if (minutes === undefined) return refuse('no-minutes')
    const { reason: _, ...changed } = command
    if (Object.keys(changed).length === 0 && !dated) return refuse('nothing-to-correct')
    if (dated && isBefore(occurred, held!)) return refuse('before-meeting')
    checkOwners(facts, command.actions, refuse)
    return [minutesCorrected({ ...command, version: version + 1 }, { corrects: minutes, visibility: audience })]
  },
})
