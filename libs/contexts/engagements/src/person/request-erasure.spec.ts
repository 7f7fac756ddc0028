import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { person, personErasureRequested } from './events.ts'
import { erased, merged, registered, requested } from './examples.fixture.ts'
import { requestErasure } from './request-erasure.ts'

const why = { basis: 'objection' } as const

describe('person: request-erasure', () => {
  test('an erasure is requested on a legal basis', () =>
    given(person, [registered])
      .when(requestErasure, why)
      .thenRecorded([personErasureRequested(why)]))

  test('a record that was merged is erased with the one that goes on', () =>
    given(person, merged).when(requestErasure, why).thenRefused('merged'))

  test('a request needs one of the legal bases', () =>
    given(person, [registered]).when(requestErasure, { basis: 'tidiness' }).thenRefused('invalid-command'))

  test('one request is enough', () =>
    given(person, requested).when(requestErasure, why).thenRefused('already-requested'))

  test('an erased person is not erased again', () =>
    given(person, erased).when(requestErasure, why).thenRefused('erased'))
})
