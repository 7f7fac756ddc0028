import { describe, test } from '@jest/globals'
import { engagements as contract } from '@rapport/contracts'
import { anId, given } from '@rapport/testing'
import { eraseMerged } from './erase-merged.ts'
import { person, personErased, personMerged } from './events.ts'
import { registered } from './examples.fixture.ts'

const into = anId(41)
const merged = [registered, personMerged({ into })]

describe('person: erase-merged', () => {
  test('a record goes after the one that it was merged into', () =>
    given(person, merged)
      .fact(contract.personFact, into, { erased: true, basis: 'objection' })
      .when(eraseMerged, { into })
      .thenRecorded([personErased({ basis: 'objection' })]))

  test('while that one stands nothing happens', () =>
    given(person, merged).fact(contract.personFact, into, {}).when(eraseMerged, { into }).thenNothing())

  test('a record that was not merged stays', () =>
    given(person, [registered])
      .fact(contract.personFact, into, { erased: true, basis: 'objection' })
      .when(eraseMerged, { into })
      .thenNothing())
})
