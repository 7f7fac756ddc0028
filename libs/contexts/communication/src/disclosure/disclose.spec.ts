import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { disclose } from './disclose.ts'
import { disclosure, disclosureMade } from './events.ts'
import { delay } from './examples.fixture.ts'

describe('disclosure: disclose', () => {
  test('I-31 a disclosure records who raised the matter first', async () => {
    for (const raisedBy of ['us', 'client'] as const)
      await given(disclosure)
        .when(disclose, { ...delay, raisedBy })
        .thenRecorded([disclosureMade({ ...delay, raisedBy })])
  })

  test('nobody knows of a matter after having told it', () =>
    given(disclosure)
      .when(disclose, { ...delay, identifiedAt: '2026-03-02T12:00:00.001Z' })
      .thenRefused('identified-after-telling'))

  test('a disclosure of a day may be of what was known that day', () =>
    given(disclosure)
      .when(
        disclose,
        { ...delay, identifiedAt: '2026-03-01T16:00:00.000Z' },
        { occurred: { occurredAt: '2026-02-28T16:00:00.000Z', occurredOn: '2026-03-01', zone: 'Asia/Shanghai' } },
      )
      .thenRefused('identified-after-telling'))
})
