import { communication as contract } from '@rapport/contracts'
import { decision, isBefore } from '@rapport/events'
import { communicationPlan, silenceDetected } from './events.ts'
import { silenceDue } from './slots.ts'

const { since, lastContact } = contract.SilenceDetected.shape

export const detectSilence = decision(communicationPlan, 'detect-silence', {
  summary: 'The clock records that there was no two-way contact for as long as the plan allows, once a silence.',
  rules: ['I-29'],
  roles: ['system'],
  command: { since, lastContact },
  errors: {
    'not-since-the-plan': 'A silence counts from a contact under the plan, or from its beginning where there was none.',
    'no-limit': 'The plan sets no limit.',
    'not-due': 'The limit has not passed.',
    'already-recorded': 'This silence was recorded before.',
  },
  example: { since: '2026-03-02T09:00:00.000Z', lastContact: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab' },
  decide(state, command, { occurred, refuse }) {
    const begun = state.versions[0]!.from
    if (command.lastContact === undefined ? command.since !== begun : command.since < begun)
      return refuse('not-since-the-plan')
    const passed = silenceDue(state.versions, command.since)
    if (passed === undefined) return refuse('no-limit')
    if (isBefore(occurred, { occurredAt: passed.due })) return refuse('not-due')
    if (state.silences.includes(command.lastContact ?? '')) return refuse('already-recorded')
    return [silenceDetected({ ...command, limitDays: passed.limitDays })]
  },
})
