import { describe, test } from '@jest/globals'
import { cancel } from './cancel.ts'
import { actionItemCancelled } from './events.ts'
import { open } from './examples.fixture.ts'

const why = { reason: 'The client keeps the old data.' }

describe('action-item: cancel', () => {
  test('it is taken back with a reason', async () => {
    await open()
      .when(cancel, why)
      .thenRecorded([actionItemCancelled(why)])
    await open().when(cancel, why).thenState({ status: 'cancelled' })
    await open().when(cancel, {}).thenRefused('invalid-command')
  })

  test('once', () =>
    open([actionItemCancelled(why, { visibility: 'client' })])
      .when(cancel, why)
      .thenRefused('closed'))
})
