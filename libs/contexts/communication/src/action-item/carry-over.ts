import { communication as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { actionItem, actionItemCarriedOver, actionItemEscalated } from './events.ts'

const { due, reason } = contract.ActionItemCarriedOver.shape

export const carryOver = decision(actionItem, 'carry-over', {
  summary: 'Moves an action item to a later day; more often than the plan allows escalates it.',
  rules: ['I-23'],
  roles: ['pm'],
  command: { due, reason },
  errors: {
    closed: 'The action item is done or cancelled; `status` says which.',
    'not-later': 'The new day is not later than the one that is agreed.',
  },
  example: { due: '2026-03-20', reason: 'The client’s network team is away this week.' },
  facts: (_, __, state) => ({ plan: contract.askPlan(state.engagement) }),
  decide(state, command, { facts, occurred, refuse }) {
    const { status, audience: visibility } = state
    if (status !== 'open') return refuse('closed', { status })
    if (command.due <= state.due) return refuse('not-later')
    const times = state.carriedOver + 1
    const limit = contract.planInForce(facts.plan, occurred.occurredAt)?.carryOverLimit ?? DEFAULT_LIMIT
    const carried = actionItemCarriedOver({ ...command, times }, { visibility })
    return times > limit ? [carried, actionItemEscalated({ times, limit })] : [carried]
  },
})

/** As long as no plan says otherwise. */
const DEFAULT_LIMIT = 2
