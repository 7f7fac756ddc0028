import { communication as contract, engagements } from '@rapport/contracts'
import { decision, of } from '@rapport/events'
import { actionItem, actionItemAssigned } from './events.ts'

const { audience, ...rest } = contract.ActionItemAssigned.shape

export const assign = decision(actionItem, 'assign', {
  summary:
    'Gives one person something to do until a day; what comes from a meeting is seen by whom the meeting is for.',
  creates: true,
  rules: ['I-23'],
  roles: ['pm', 'system'],
  command: { ...rest, audience: audience.optional() },
  errors: {
    'owner-erased': 'The person is erased.',
    'meeting-elsewhere': 'The meeting is of another engagement.',
  },
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    what: 'Send the migration plan to the client.',
    owner: '0192f0c1-7b7a-7c3e-8b8a-1234567890ac',
    due: '2026-03-13',
  },
  facts: ({ meeting, owner }) => ({
    owner: of(engagements.personFact, owner),
    ...(meeting !== undefined && { meeting: of(contract.meetingFact, meeting) }),
  }),
  decide(_, command, { facts, refuse }) {
    const { owner, meeting } = facts
    if (owner.erased) return refuse('owner-erased')
    if (meeting !== undefined && meeting.engagement !== command.engagement) return refuse('meeting-elsewhere')
    const visibility = command.audience ?? meeting?.audience ?? 'internal'
    return [actionItemAssigned({ ...command, audience: visibility }, { visibility })]
  },
})
