import { communication as contract } from '@rapport/contracts'
import { decision, isBefore } from '@rapport/events'
import { statusReport, reportIssued } from './events.ts'
import { whole, wholeErrors } from './whole.ts'

const FRESH_DAYS = 7

export const issue = decision(statusReport, 'issue', {
  summary: 'Gives a report to its readers: from now on it is frozen, a correction is a new version.',
  rules: ['I-24', 'I-27'],
  roles: ['pm'],
  command: {},
  errors: {
    ...wholeErrors,
    'already-issued': 'The report was issued before; it can be corrected.',
    'draft-stale': 'The figures of the draft are more than 7 days old; draft it anew.',
    'before-draft': 'A report is not issued before its figures were asked.',
  },
  example: {},
  facts: (_, __, state) => ({ plan: contract.askMissingReports(state.engagement) }),
  decide(state, _, { facts, occurred, refuse }) {
    const { audience, asOf, cadence, slot } = state
    if (state.version > 0) return refuse('already-issued')
    if (isBefore(occurred, { occurredAt: asOf })) return refuse('before-draft')
    const stale = Temporal.Instant.from(asOf).add({ hours: 24 * FRESH_DAYS })
    if (Temporal.Instant.compare(occurred.occurredAt, stale) > 0) return refuse('draft-stale')
    const missing = facts.plan.missing.filter((m) => m.cadence === cadence && m.slot === slot)
    return [
      reportIssued(whole(state, refuse), {
        visibility: audience,
        ...(missing.length > 0 && { answers: missing.map(({ event }) => event) }),
      }),
    ]
  },
})
