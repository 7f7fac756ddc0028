import { describe, test } from '@jest/globals'
import { anId, given } from '@rapport/testing'
import { erase } from './erase.ts'
import { person, personAbsorbed, personErased, personMerged } from './events.ts'
import { erased, registered, requested } from './examples.fixture.ts'

describe('person: erase', () => {
  test('somebody else carries the erasure out, and nothing personal can be read any more', async () => {
    await given(person, requested)
      .when(erase, {})
      .thenRecorded([personErased({ basis: 'consent-withdrawn' })])
    await given(person, requested)
      .when(erase, {})
      .thenState({ name: { erased: true }, mail: { erased: true } })
  })

  test('whoever requested it does not carry it out', () =>
    given(person, requested, { as: { id: anId(1) } })
      .when(erase, {}, { as: { id: anId(1) } })
      .thenRefused('same-person'))

  test('nobody is erased without a request', () =>
    given(person, [registered]).when(erase, {}).thenRefused('not-requested'))

  test('a record that was merged is not erased by itself: the refusal names the one that goes on', () =>
    given(person, [registered, personMerged({ into: anId(41) })])
      .when(erase, {})
      .thenRefused('merged', { into: anId(41) }))

  test('an erased person takes the records along that it remembers', () =>
    given(person, [...requested, personAbsorbed({ person: anId(42) })])
      .when(erase, {})
      .thenRecorded([personErased({ basis: 'consent-withdrawn', merged: [anId(42)] })]))

  test('nobody is erased twice', () => given(person, erased).when(erase, {}).thenRefused('erased'))
})
