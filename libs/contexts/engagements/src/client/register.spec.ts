import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { client, clientRegistered } from './events.ts'
import { register } from './register.ts'

describe('client: register', () => {
  test('an organisation becomes a client', () =>
    given(client)
      .when(register, { name: 'Riverside Council' })
      .thenRecorded([clientRegistered({ name: 'Riverside Council' })]))
})
