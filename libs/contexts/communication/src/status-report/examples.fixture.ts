import { communication as contract } from '@rapport/contracts'
import type { New } from '@rapport/events'
import { anId, ENGAGEMENT, given } from '@rapport/testing'
import { reportDrafted, reportIssued, statusReport } from './events.ts'
import type { StatusReport } from './state.ts'

/** What the specs of reports begin with. */
export const week = {
  engagement: ENGAGEMENT,
  period: { from: '2026-02-23', to: '2026-03-01' },
  audience: 'client' as const,
  completed: ['Two of five tables are migrated.'],
  inProgress: ['The third table.'],
  notDone: ['The training plan.'],
  risks: [{ risk: 'The test data come late.', countermeasure: 'We make our own by Friday.' }],
  challenges: [],
  nextSteps: ['Migrate the fourth table.'],
}
export const figure = {
  measure: 'proactive-share',
  version: 1,
  models: ['disclosures.v2'],
  value: '0.5000',
  n: 2,
  last: anId(998),
  events: [anId(997), anId(998)],
}
/** Drafted a day before the specs' now. */
export const drafted = reportDrafted({ ...week, asOf: '2026-03-01T12:00:00.000Z', figures: [figure] })
export const { engagement: _, ...frozen } = drafted.data as unknown as Parameters<typeof reportDrafted>[0]
export const issued = reportIssued(frozen, { visibility: 'client' })

export const reported = (...events: New<string, StatusReport>[]): ReturnType<typeof given<StatusReport>> =>
  given<StatusReport>(statusReport, [drafted, ...events])

/** A plan with a weekly report for the client, from the beginning of 2026. */
export const plan: contract.PlanKnown = {
  versions: [
    {
      from: '2026-01-01T00:00:00.000Z',
      zone: 'UTC',
      cadences: [
        {
          name: 'Weekly report',
          kind: 'report',
          every: { unit: 'weeks', n: 1 },
          weekday: 'fri',
          at: '17:00',
          from: '2026-01-01',
          toleranceDays: 1,
          audience: 'client',
        },
        {
          name: 'Weekly meeting',
          kind: 'meeting',
          every: { unit: 'weeks', n: 1 },
          weekday: 'wed',
          at: '10:00',
          from: '2026-01-01',
          toleranceDays: 1,
          audience: 'client',
        },
      ],
      carryOverLimit: 2,
      workweek: ['mon', 'tue', 'wed', 'thu', 'fri'],
    },
  ],
}
