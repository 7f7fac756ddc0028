import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { amend } from './amend.ts'
import { communicationPlan, communicationPlanAmended, communicationPlanDefined } from './events.ts'
import { plan, weekly } from './examples.fixture.ts'

const defined = given(communicationPlan, [communicationPlanDefined(plan)])
const fridays = { cadences: [{ ...weekly, weekday: 'fri' as const }], reason: 'Anna is away on Wednesdays.' }
const amended = communicationPlanAmended({ ...fridays, zone: plan.zone, carryOverLimit: 2, workweek: plan.workweek })

describe('communication-plan: amend', () => {
  test('I-15 I-23 I-29 an amendment is the whole plan anew, in the same zone', async () => {
    await defined.when(amend, fridays).thenRecorded([amended])
    await defined
      .when(amend, fridays)
      .thenState({ versions: [{ silenceLimitDays: 10 }, { cadences: fridays.cadences }] })
  })

  test('an amendment does not come before the last one', async () => {
    const early = { occurred: { occurredAt: '2026-03-01T11:59:00.000Z' } }
    await defined.when(amend, fridays, early).thenRefused('before-last-version')
    const day = { occurred: { occurredAt: '2026-02-28T23:00:00.000Z', occurredOn: '2026-03-01', zone: plan.zone } }
    await defined.when(amend, fridays, day).thenState({ versions: [{}, { from: '2026-03-01T12:00:00.000Z' }] })
  })

  test('its cadences can be, and have names of their own', async () => {
    await defined.when(amend, { cadences: [weekly, weekly] }).thenRefused('duplicate-cadence')
    const { weekday: _, ...nowhere } = weekly
    await defined.when(amend, { cadences: [nowhere] }).thenRefused('cadence-malformed')
  })
})
