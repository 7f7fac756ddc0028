import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { communicationPlan, communicationPlanDefined, reportNotIssued as recorded } from './events.ts'
import { plan, weekly, weeklyReport } from './examples.fixture.ts'
import { reportNotIssued } from './report-not-issued.ts'

const defined = communicationPlanDefined(plan)
const asked = { cadence: weeklyReport.name, slot: '2026-W11' }
const missing = recorded({ ...asked, plannedAt: '2026-03-13T16:00:00.000Z', due: '2026-03-14T16:00:00.000Z' })
const at = (occurredAt: string) => ({ now: '2026-03-20T12:00:00Z', occurred: { occurredAt } })
const due = at('2026-03-14T16:00:00.000Z')

describe('communication-plan: report-not-issued', () => {
  test('I-27 a report that nobody issued is recorded at the end of its tolerance', () =>
    given(communicationPlan, [defined]).when(reportNotIssued, asked, due).thenRecorded([missing]))

  test('I-27 not before its tolerance has passed', () =>
    given(communicationPlan, [defined])
      .when(reportNotIssued, asked, at('2026-03-14T15:59:59.999Z'))
      .thenRefused('not-due'))

  test('I-27 a slot is judged once', () =>
    given(communicationPlan, [defined, missing]).when(reportNotIssued, asked, due).thenRefused('already-judged'))

  test('I-27 only a slot of a report that was planned', () =>
    given(communicationPlan, [defined])
      .when(reportNotIssued, { ...asked, cadence: weekly.name }, due)
      .thenRefused('no-such-slot'))
})
