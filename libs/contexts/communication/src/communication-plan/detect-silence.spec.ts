import { describe, test } from '@jest/globals'
import { anId, given } from '@rapport/testing'
import { detectSilence } from './detect-silence.ts'
import { communicationPlan, communicationPlanDefined, silenceDetected } from './events.ts'
import { plan } from './examples.fixture.ts'

const defined = communicationPlanDefined(plan)
const contact = { since: '2026-03-05T09:00:00.000Z', lastContact: anId(70) }
const silence = silenceDetected({ ...contact, limitDays: 10 })
const at = (occurredAt: string) => ({ now: '2026-03-20T12:00:00Z', occurred: { occurredAt } })
const due = at('2026-03-15T09:00:00.000Z')

describe('communication-plan: detect-silence', () => {
  test('I-29 no contact since the last one for the plan’s limit', () =>
    given(communicationPlan, [defined]).when(detectSilence, contact, due).thenRecorded([silence]))

  test('I-29 no contact since the plan began', () =>
    given(communicationPlan, [defined])
      .when(detectSilence, { since: '2026-03-01T12:00:00.000Z' }, due)
      .thenRecorded([silenceDetected({ since: '2026-03-01T12:00:00.000Z', limitDays: 10 })]))

  test('I-29 once a silence, and anew after the next contact', async () => {
    const recorded = given(communicationPlan, [defined, silence])
    await recorded.when(detectSilence, contact, due).thenRefused('already-recorded')
    await recorded
      .when(detectSilence, { ...contact, lastContact: anId(71) }, due)
      .thenState({ silences: [anId(70), anId(71)] })
  })

  test('I-29 not before the limit has passed', () =>
    given(communicationPlan, [defined])
      .when(detectSilence, contact, at('2026-03-15T08:59:59.999Z'))
      .thenRefused('not-due'))

  test('I-29 a plan without a limit knows no silence', () => {
    const { silenceLimitDays: _, ...without } = plan
    return given(communicationPlan, [communicationPlanDefined(without)])
      .when(detectSilence, contact, due)
      .thenRefused('no-limit')
  })

  test.each([{ since: '2026-03-05T09:00:00.000Z' }, { ...contact, since: '2026-03-01T11:59:59.999Z' }])(
    'I-29 it counts from a contact under the plan or from its beginning: %j',
    (since) => given(communicationPlan, [defined]).when(detectSilence, since, due).thenRefused('not-since-the-plan'),
  )
})
