import { describe, expect, test } from '@jest/globals'
import { complete } from './complete.ts'
import { actionItemCancelled, actionItemCompleted } from './events.ts'
import { open } from './examples.fixture.ts'

const done = { evidence: 'Sent by e-mail on Thursday.' }

describe('action-item: complete', () => {
  test('it is done, with evidence or without, and whoever saw the item sees it', async () => {
    const [event] = await open()
      .when(complete, done)
      .thenRecorded([actionItemCompleted(done)])
    expect(event!.meta.visibility).toBe('client')
    await open().when(complete, {}).thenState({ status: 'completed' })
  })

  test('it is done once, and not after it was cancelled', async () => {
    await open([actionItemCompleted({}, { visibility: 'client' })])
      .when(complete, done)
      .thenRefused('closed', { status: 'completed' })
    await open([actionItemCancelled({ reason: 'No.' }, { visibility: 'client' })])
      .when(complete, done)
      .thenRefused('closed', { status: 'cancelled' })
  })
})
