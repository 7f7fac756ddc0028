import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { meeting, minutesOverdue as overdue } from './events.ts'
import { at, held, recorded, scheduled, type Events } from './examples.fixture.ts'
import { minutesOverdue } from './minutes-overdue.ts'

const due = '2026-03-13T10:00:00.000Z'
const now = '2026-03-20T12:00:00Z'
const missing = overdue({ due })
const after = (...events: Events) => given(meeting, [scheduled, ...events])
/** With minutes of an instant: given events have one time, so it is the stream's. */
const recordedAt = (occurredAt: string) =>
  given(meeting, [scheduled, held, recorded], at(occurredAt, '2026-03-15T12:00:00Z'))

describe('meeting: minutes-overdue', () => {
  test('I-20 a held meeting without minutes after two working days', async () => {
    await after(held).when(minutesOverdue, {}, at(due, now)).thenRecorded([missing])
    await after(held).when(minutesOverdue, {}, at('2026-03-13T09:59:59.999Z', now)).thenRefused('not-due')
  })

  test('I-20 once', () => after(held, missing).when(minutesOverdue, {}, at(due, now)).thenRefused('already-recorded'))

  test('I-20 not where they were recorded in time, but where they came after', async () => {
    await recordedAt(due).when(minutesOverdue, {}, at(due, now)).thenRefused('in-time')
    const late = '2026-03-13T10:00:00.001Z'
    await recordedAt(late).when(minutesOverdue, {}, at(late, now)).thenRecorded([missing])
  })

  test('I-20 a meeting that was not held has none', () =>
    after().when(minutesOverdue, {}, at(due, now)).thenRefused('not-held'))
})
