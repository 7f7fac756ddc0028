import { communication as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { actionItem, actionItemCompleted } from './events.ts'

export const complete = decision(actionItem, 'complete', {
  summary: 'Says that an action item is done, in time or late.',
  rules: [],
  roles: ['pm'],
  command: contract.ActionItemCompleted.shape,
  errors: { closed: 'The action item is done or cancelled; `status` says which.' },
  example: { evidence: 'Sent by e-mail on Thursday.' },
  decide({ status, audience: visibility }, command, { refuse }) {
    if (status !== 'open') return refuse('closed', { status })
    return [actionItemCompleted(command, { visibility })]
  },
})
