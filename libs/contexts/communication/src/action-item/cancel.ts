import { communication as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { actionItem, actionItemCancelled } from './events.ts'

export const cancel = decision(actionItem, 'cancel', {
  summary: 'Takes an action item back, with the reason.',
  rules: [],
  roles: ['pm'],
  command: contract.ActionItemCancelled.shape,
  errors: { closed: 'The action item is done or cancelled; `status` says which.' },
  example: { reason: 'The client decided to keep the old data.' },
  decide({ status, audience: visibility }, command, { refuse }) {
    if (status !== 'open') return refuse('closed', { status })
    return [actionItemCancelled(command, { visibility })]
  },
})
