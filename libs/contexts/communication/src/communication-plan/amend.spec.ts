import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { amend } from './amend.ts'
import { communicationPlan, communicationPlanAmended, communicationPlanDefined, slotMissed } from './events.ts'
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

  test('I-27 an amendment does not change what was judged', async () => {
    const missed = slotMissed({
      cadence: weekly.name,
      slot: '2026-W10',
      plannedAt: '2026-03-04T09:00:00.000Z',
      due: '2026-03-05T09:00:00.000Z',
    })
    const judged = given(communicationPlan, [communicationPlanDefined(plan), missed])
    const from = (occurredAt: string) => ({ now: '2026-03-06T12:00:00Z', occurred: { occurredAt } })
    await judged.when(amend, fridays, from('2026-03-04T09:00:00.000Z')).thenRefused('slots-judged')
    await judged.when(amend, fridays, from('2026-03-04T09:00:00.001Z')).thenRecorded([amended])
  })

  test('its cadences can be, and have names of their own', async () => {
    await defined.when(amend, { cadences: [weekly, weekly] }).thenRefused('duplicate-cadence')
    const { weekday: _, ...nowhere } = weekly
    await defined.when(amend, { cadences: [nowhere] }).thenRefused('cadence-malformed')
  })
})
