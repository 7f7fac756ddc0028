import { describe, expect, test } from '@jest/globals'
import { communication as contract, engagements } from '@rapport/contracts'
import { ENGAGEMENT, given } from '@rapport/testing'
import { plan, weekly } from '../communication-plan/examples.fixture.ts'
import { meeting, meetingCancelled, meetingMissed, meetingRescheduled, meetingScheduled } from './events.ts'
import { at, held, scheduled, steering, type Events } from './examples.fixture.ts'
import { reschedule } from './reschedule.ts'

const later = { startsAt: '2026-03-16T09:00:00.000Z', reason: 'Anna is ill.' }
const moved = meetingRescheduled({ ...later, missedAfter: '2026-03-17T10:00:00.000Z' })
const missed = meetingMissed({ due: '2026-03-12T10:00:00.000Z' })
const after = (...events: Events) =>
  given(meeting, events).fact(engagements.engagementFact, ENGAGEMENT, { zone: 'Europe/Berlin' })

describe('meeting: reschedule', () => {
  test('a meeting is moved until its tolerance has passed', async () => {
    await after(scheduled).when(reschedule, later, at('2026-03-10T09:00:00.000Z')).thenRecorded([moved])
    await after(scheduled).when(reschedule, later, at('2026-03-12T10:00:00.000Z')).thenRecorded([moved])
    await after(scheduled).when(reschedule, later, at('2026-03-12T10:00:00.001Z')).thenRefused('past-tolerance')
  })

  test('it keeps its cadence and slot, and has the tolerance of these', async () => {
    const long = { ...weekly, toleranceDays: 5 }
    const place = { cadence: weekly.name, slot: '2026-W11' }
    const known = { versions: [{ ...plan, cadences: [long], from: '2026-03-01T12:00:00.000Z' }] }
    const inPlan = meetingScheduled(
      { ...steering, ...place, audience: 'client', missedAfter: '2026-03-16T10:00:00.000Z' },
      { visibility: 'client' },
    )
    await after(inPlan)
      .fact(contract.planFact, ENGAGEMENT, known)
      .when(reschedule, later, at('2026-03-15T10:00:00.000Z'))
      .thenState({ ...place, planned: { startsAt: later.startsAt, missedAfter: '2026-03-21T10:00:00.000Z' } })
  })

  test('one that is told only after it counted as missed answers that', async () => {
    const told = at('2026-03-11T08:00:00.000Z', '2026-03-14T08:00:00Z')
    const [event] = await after(scheduled, missed).when(reschedule, later, told).thenRecorded([moved])
    expect(event!.meta.answers).toHaveLength(1)
  })

  test('it is moved to a time to come', () =>
    after(scheduled)
      .when(reschedule, { ...later, startsAt: '2026-03-10T08:59:00Z' }, at('2026-03-10T09:00:00.000Z'))
      .thenRefused('starts-before-scheduling'))

  test.each([
    ['held', held],
    ['cancelled', meetingCancelled({ reason: 'Settled.' }, { visibility: 'client' })],
  ] as const)('what was %s is not moved', (_, event) =>
    after(scheduled, event).when(reschedule, later, at('2026-03-10T09:00:00.000Z')).thenRefused('not-scheduled'),
  )
})
