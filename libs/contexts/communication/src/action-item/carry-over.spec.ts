import { describe, expect, test } from '@jest/globals'
import { communication as contract } from '@rapport/contracts'
import { ENGAGEMENT } from '@rapport/testing'
import { carryOver } from './carry-over.ts'
import { actionItemCarriedOver, actionItemCompleted, actionItemEscalated } from './events.ts'
import { open } from './examples.fixture.ts'

const later = { due: '2026-03-20', reason: 'The network team is away.' }
const carried = (times: number, due: string) =>
  actionItemCarriedOver({ due, reason: 'Again.', times }, { visibility: 'client' })
const twice = [carried(1, '2026-03-14'), carried(2, '2026-03-15')]
const plan = (from: string, carryOverLimit: number): contract.PlanKnown => ({
  versions: [{ from, zone: 'UTC', cadences: [], carryOverLimit, workweek: ['mon'] }],
})

describe('action-item: carry-over', () => {
  test('it is due on a later day, and counts how often it was carried over', async () => {
    await open()
      .when(carryOver, later)
      .thenRecorded([actionItemCarriedOver({ ...later, times: 1 })])
    await open().when(carryOver, later).thenState({ due: later.due, carriedOver: 1, status: 'open' })
  })

  test('I-23 more often than the plan allows escalates, by default more than twice, and that stays ours', async () => {
    const events = await open(twice)
      .when(carryOver, later)
      .thenRecorded([actionItemCarriedOver({ ...later, times: 3 }), actionItemEscalated({ times: 3, limit: 2 })])
    expect(events.map(({ meta }) => meta.visibility)).toEqual(['client', 'internal'])
  })

  test('I-23 the limit is that of the plan in force when it was carried over', async () => {
    const { planFact } = contract
    await open()
      .fact(planFact, ENGAGEMENT, plan('2026-03-01T00:00:00.000Z', 0))
      .when(carryOver, later)
      .thenRecorded([actionItemCarriedOver({ ...later, times: 1 }), actionItemEscalated({ times: 1, limit: 0 })])
    await open()
      .fact(planFact, ENGAGEMENT, plan('2026-04-01T00:00:00.000Z', 0))
      .when(carryOver, later)
      .thenRecorded([actionItemCarriedOver({ ...later, times: 1 })])
  })

  test('the new day is later than the one agreed', () =>
    open()
      .when(carryOver, { ...later, due: '2026-03-13' })
      .thenRefused('not-later'))

  test('what is done is not carried over', () =>
    open([actionItemCompleted({}, { visibility: 'client' })])
      .when(carryOver, later)
      .thenRefused('closed'))
})
