import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { client, clientRegistered, clientRenamed, clientRetired } from './events.ts'
import { rename } from './rename.ts'

const registered = clientRegistered({ name: 'Riverside Council' })
const other = { name: 'Riverside City Council' }

describe('client: rename', () => {
  test('a client takes another name', async () => {
    await given(client, [registered])
      .when(rename, other)
      .thenRecorded([clientRenamed(other)])
    await given(client, [registered]).when(rename, other).thenState(other)
  })

  test('the same name is no renaming', () =>
    given(client, [registered]).when(rename, { name: 'Riverside Council' }).thenRefused('nothing-changes'))

  test('a retired client keeps its name', () =>
    given(client, [registered, clientRetired({ reason: 'dissolved' })])
      .when(rename, other)
      .thenRefused('retired'))
})
