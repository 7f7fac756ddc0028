import { communication as contract } from '@rapport/contracts'
import { decision } from '@rapport/events'
import { communicationPlan, reportNotIssued as recorded } from './events.ts'
import { judge, judgeErrors } from './judge.ts'

const { cadence, slot } = contract.ReportNotIssued.shape

export const reportNotIssued = decision(communicationPlan, 'report-not-issued', {
  summary: 'The clock records that a report of the plan was not issued by the end of its tolerance.',
  rules: ['I-27'],
  roles: ['system'],
  command: { cadence, slot },
  errors: judgeErrors,
  example: { cadence: 'Weekly report', slot: '2026-W11' },
  decide: (state, command, { occurred, refuse }) => [recorded(judge(state, command, ['report'], occurred, refuse))],
})
