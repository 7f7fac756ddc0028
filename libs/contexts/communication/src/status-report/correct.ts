import { communication as contract } from '@rapport/contracts'
import { canonical, decision, instantText, type Json } from '@rapport/events'
import { reportCorrected, statusReport } from './events.ts'
import { cited, figureErrors, wantedFor } from './figures.ts'
import { whole, wholeErrors } from './whole.ts'

const { reportParts: parts } = contract

export const correct = decision(statusReport, 'correct', {
  summary: 'Issues a new version of a report that names the old one; its figures are asked anew over the same period.',
  rules: ['I-24', 'I-25'],
  roles: ['pm'],
  command: {
    completed: parts.completed.optional(),
    inProgress: parts.inProgress.optional(),
    notDone: parts.notDone.optional(),
    risks: parts.risks.optional(),
    challenges: parts.challenges.optional(),
    nextSteps: parts.nextSteps.optional(),
    reason: contract.ReportCorrected.shape.reason,
  },
  errors: {
    ...figureErrors,
    ...wholeErrors,
    'not-issued': 'The report was not issued.',
    'nothing-to-correct': 'The correction changes no part, and the figures are the same.',
  },
  example: { notDone: ['The training plan and its dates.'], reason: 'We forgot the dates.' },
  figures: (_, { period, audience }) => wantedFor(period, audience),
  decide(state, command, { figures, now, refuse }) {
    const { version, last, audience } = state
    if (last === undefined) return refuse('not-issued')
    const { reason: _, ...changed } = command
    const fresh = cited(figures, refuse)
    if (Object.keys(changed).length === 0 && said(fresh) === said(state.figures)) return refuse('nothing-to-correct')
    const next = { ...whole(state, refuse), ...command, asOf: instantText(now), figures: fresh }
    return [reportCorrected({ ...next, version: version + 1, replaces: last }, { visibility: audience })]
  },
})

/** What figures say, whenever they were asked. */
const said = (figures: readonly { readonly last?: string | undefined }[]): string =>
  canonical(figures.map(({ last: _, ...figure }) => figure) as unknown as Json)
