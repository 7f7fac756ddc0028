import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { communicationPlan, communicationPlanDefined, slotMissed } from './events.ts'
import { dailyCall, plan, weekly, weeklyReport } from './examples.fixture.ts'
import { missSlot } from './miss-slot.ts'

const defined = communicationPlanDefined({ ...plan, cadences: [...plan.cadences, dailyCall] })
const asked = { cadence: weekly.name, slot: '2026-W11' }
const missed = slotMissed({ ...asked, plannedAt: '2026-03-11T09:00:00.000Z', due: '2026-03-12T09:00:00.000Z' })
const at = (occurredAt: string) => ({ now: '2026-03-20T12:00:00Z', occurred: { occurredAt } })
const due = at('2026-03-12T09:00:00.000Z')

describe('communication-plan: miss-slot', () => {
  test('a meeting that nobody scheduled is recorded at the end of its tolerance', () =>
    given(communicationPlan, [defined]).when(missSlot, asked, due).thenRecorded([missed]))

  test('a call that nobody made is, too', () =>
    given(communicationPlan, [defined])
      .when(missSlot, { cadence: dailyCall.name, slot: '2026-03-03' }, due)
      .thenState({ judged: ['Daily call 2026-03-03'] }))

  test('not before its tolerance has passed', () =>
    given(communicationPlan, [defined]).when(missSlot, asked, at('2026-03-12T08:59:59.999Z')).thenRefused('not-due'))

  test('a slot is judged once', () =>
    given(communicationPlan, [defined, missed]).when(missSlot, asked, due).thenRefused('already-judged'))

  test.each([{ slot: '2026-W54' }, { cadence: 'Another' }, { cadence: weeklyReport.name }])(
    'only a slot of a meeting or call that was planned: %j',
    (other) =>
      given(communicationPlan, [defined])
        .when(missSlot, { ...asked, ...other }, due)
        .thenRefused('no-such-slot'),
  )
})
