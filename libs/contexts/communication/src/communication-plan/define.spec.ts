import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { anId, ENGAGEMENT, given } from '@rapport/testing'
import { define } from './define.ts'
import { communicationPlan, communicationPlanDefined } from './events.ts'
import { plan, weekly } from './examples.fixture.ts'

const { zone: _, carryOverLimit: __, workweek: ___, ...command } = plan
const inBerlin = given(communicationPlan).fact(engagements.engagementFact, ENGAGEMENT, { zone: 'Europe/Berlin' })

describe('communication-plan: define', () => {
  test('I-23 I-29 a plan counts in the zone of its engagement; what it leaves out has a default', () =>
    inBerlin.when(define, command).thenRecorded([communicationPlanDefined(plan)]))

  test('I-15 silence is agreement only where the plan says after how many days', async () => {
    await inBerlin
      .when(define, { ...command, deemedAgreementDays: 10 })
      .thenState({ versions: [{ deemedAgreementDays: 10 }] })
    const [event] = await inBerlin.when(define, command).thenRecorded([communicationPlanDefined(plan)])
    expect(event!.data).not.toHaveProperty('deemedAgreementDays')
  })

  test('an engagement has one plan', () =>
    given(communicationPlan, [communicationPlanDefined(plan)])
      .when(define, command)
      .thenRefused('already-defined'))

  test('a closed engagement is not planned for', () =>
    given(communicationPlan)
      .fact(engagements.engagementFact, ENGAGEMENT, { closed: true })
      .when(define, command)
      .thenRefused('engagement-closed'))

  test('a cadence has a name of its own', () =>
    inBerlin
      .when(define, { ...command, cadences: [weekly, { ...weekly, kind: 'call' }] })
      .thenRefused('duplicate-cadence', { cadence: weekly.name }))

  test.each([
    ['a week', { weekday: undefined }],
    ['a month', { every: { unit: 'months', n: 1 } }],
  ])('a cadence says on which day of %s it is', (_, change) => {
    const cadences = [JSON.parse(JSON.stringify({ ...weekly, ...change })) as object]
    return inBerlin
      .when(define, { ...command, cadences })
      .thenRefused('cadence-malformed', { cadence: weekly.name, at: 'on', problem: 'day-malformed' })
  })

  test('a plan is for an engagement that there is', () =>
    given(communicationPlan)
      .when(define, { ...command, engagement: anId(404) })
      .thenRefused('reference-not-found'))
})
