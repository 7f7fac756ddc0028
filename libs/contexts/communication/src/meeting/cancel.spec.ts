import { describe, expect, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { cancel } from './cancel.ts'
import { meeting, meetingCancelled, meetingMissed } from './events.ts'
import { at, held, scheduled } from './examples.fixture.ts'

const why = { reason: 'Everything was settled in writing.' }
const before = '2026-03-11T08:59:59.999Z'
const missed = meetingMissed({ due: '2026-03-12T10:00:00.000Z' })

describe('meeting: cancel', () => {
  test('a meeting is cancelled before it starts', async () => {
    await given(meeting, [scheduled])
      .when(cancel, why, at(before))
      .thenRecorded([meetingCancelled(why)])
    await given(meeting, [scheduled]).when(cancel, why, at('2026-03-11T09:00:00.000Z')).thenRefused('already-started')
  })

  test('one that is told only after it counted as missed answers that', async () => {
    const [event] = await given(meeting, [scheduled, missed])
      .when(cancel, why, at(before, '2026-03-14T08:00:00Z'))
      .thenRecorded([meetingCancelled(why)])
    expect(event!.meta.answers).toHaveLength(1)
  })

  test('what was held or cancelled is not cancelled', async () => {
    await given(meeting, [scheduled, held]).when(cancel, why, at(before)).thenRefused('not-scheduled')
    const cancelled = meetingCancelled(why, { visibility: 'client' })
    await given(meeting, [scheduled, cancelled]).when(cancel, why, at(before)).thenRefused('not-scheduled')
  })
})
