import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { client, clientRegistered, clientRetired } from './events.ts'
import { retire } from './retire.ts'

const registered = clientRegistered({ name: 'Riverside Council' })
const why = { reason: 'dissolved' } as const

describe('client: retire', () => {
  test('a client is retired with a reason', () =>
    given(client, [registered])
      .when(retire, why)
      .thenRecorded([clientRetired(why)]))

  test('nobody retires a client twice', () =>
    given(client, [registered, clientRetired(why)])
      .when(retire, why)
      .thenRefused('already-retired'))

  test('a project manager does not retire a client', () =>
    given(client, [registered])
      .when(retire, why, { as: { role: 'pm' } })
      .thenRefused('forbidden'))
})
