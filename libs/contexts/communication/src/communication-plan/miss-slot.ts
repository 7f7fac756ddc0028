import { communication as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { communicationPlan, slotMissed } from './events.ts'
import { judge, judgeErrors } from './judge.ts'

const { cadence, slot } = contract.SlotMissed.shape

export const missSlot = decision(communicationPlan, 'miss-slot', {
  summary:
    'The clock records that a meeting or call of the plan was neither scheduled nor held by the end of its tolerance.',
  rules: [],
  roles: ['system'],
  command: { cadence, slot },
  errors: judgeErrors,
  example: { cadence: 'Weekly meeting', slot: '2026-W11' },
  decide: (state, command, { occurred, refuse }) => [
    slotMissed(judge(state, command, ['meeting', 'call'], occurred, refuse)),
  ],
})
