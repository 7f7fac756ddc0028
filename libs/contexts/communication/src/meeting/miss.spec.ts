import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { meeting, meetingCancelled, meetingHeld, meetingMissed } from './events.ts'
import { at, held, scheduled, steering } from './examples.fixture.ts'
import { miss } from './miss.ts'

const due = '2026-03-12T10:00:00.000Z'
const missed = meetingMissed({ due })
const now = '2026-03-20T12:00:00Z'
/** A meeting that was held at an instant: given events have one time, so it is the stream's. */
const heldAt = (occurredAt: string) => given(meeting, [scheduled, held], at(occurredAt, '2026-03-15T12:00:00Z'))

describe('meeting: miss', () => {
  test('a meeting is missed when its tolerance has passed, not before', async () => {
    await given(meeting, [scheduled]).when(miss, {}, at(due, now)).thenRecorded([missed])
    await given(meeting, [scheduled]).when(miss, {}, at('2026-03-12T09:59:59.999Z', now)).thenRefused('not-due')
  })

  test('once', () => given(meeting, [scheduled, missed]).when(miss, {}, at(due, now)).thenRefused('already-missed'))

  test('also where it was held afterwards, but not where it was held in time', async () => {
    await heldAt(due).when(miss, {}, at(due, now)).thenRefused('not-waiting')
    await heldAt('2026-03-12T10:00:00.001Z').when(miss, {}, at('2026-03-12T10:00:00.001Z', now)).thenRecorded([missed])
  })

  test('what was cancelled or never scheduled is not missed', async () => {
    const cancelled = meetingCancelled({ reason: 'Settled.' }, { visibility: 'client' })
    await given(meeting, [scheduled, cancelled]).when(miss, {}, at(due, now)).thenRefused('not-waiting')
    const { engagement, title } = steering
    const filed = meetingHeld({ ...held.data, engagement, title } as never, { visibility: 'client' })
    await given(meeting, [filed]).when(miss, {}, at(due, now)).thenRefused('not-waiting')
  })
})
