import { communication as contract, engagements } from '@rapport/contracts'
import { decision, instantText, of, type Asked } from '@rapport/events'
import { statusReport, reportDrafted } from './events.ts'
import { cited, figureErrors, wantedFor } from './figures.ts'
import { askMentions, checkMentions, mentionErrors } from './mentions.ts'
import { placed, placeErrors } from './place.ts'

const { asOf: _, figures: __, ...asked } = contract.ReportDrafted.shape
interface AskedDraft {
  readonly engagement: Asked<engagements.EngagementKnown>
  readonly plan: Asked<contract.PlanKnown>
}
const MOST_DAYS = 366

export const draft = decision(statusReport, 'draft', {
  summary:
    'Drafts a status report; its figures are asked from projection, as of now, over its period, for its readers.',
  creates: true,
  rules: ['I-24', 'I-25', 'I-26'],
  roles: ['pm'],
  command: asked,
  errors: {
    ...figureErrors,
    ...mentionErrors,
    ...placeErrors,
    'period-malformed': 'A period ends on the day it begins, or up to 366 days later.',
  },
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    period: { from: '2026-03-02', to: '2026-03-08' },
    audience: 'client',
    completed: ['Two of five tables are migrated.'],
    inProgress: ['The third table.'],
    notDone: ['The training plan.'],
    risks: [{ risk: 'The test data come late.', countermeasure: 'We make our own by Friday.' }],
    challenges: [],
    nextSteps: ['Migrate the fourth table.'],
  },
  facts: (command): AskedDraft => ({
    ...askMentions(command.mentions),
    engagement: of(engagements.engagementFact, command.engagement),
    plan: contract.askPlan(command.engagement),
  }),
  figures: ({ period, audience }) => wantedFor(period, audience),
  decide(_, command, { facts, figures, now, refuse }) {
    const { from, to } = command.period
    const days = Temporal.PlainDate.from(from).until(to).days
    if (days < 0 || days >= MOST_DAYS) return refuse('period-malformed')
    checkMentions(facts, command, refuse)
    const place = placed(facts.plan, command, facts.engagement.zone, refuse)
    return [reportDrafted({ ...command, ...place, asOf: instantText(now), figures: cited(figures, refuse) })]
  },
})
