import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { close } from './close.ts'
import { engagement, engagementClosed, engagementOpened } from './events.ts'
import { portal } from './examples.fixture.ts'

const why = { reason: 'Everything was delivered and accepted.' }

describe('engagement: close', () => {
  test('an engagement is closed with a reason', () =>
    given(engagement, [engagementOpened(portal)])
      .when(close, why)
      .thenRecorded([engagementClosed(why)]))

  test('nobody closes it twice', () =>
    given(engagement, [engagementOpened(portal), engagementClosed(why)])
      .when(close, why)
      .thenRefused('already-closed'))
})
