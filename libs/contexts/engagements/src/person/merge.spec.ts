import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import type { New } from '@rapport/events'
import { anId, given } from '@rapport/testing'
import { person, personMerged } from './events.ts'
import { erased, merged, other, registered, requested } from './examples.fixture.ts'
import { merge } from './merge.ts'
import type { Person } from './state.ts'

const two = (events: readonly New<string, Person>[] = [registered]) =>
  given(person, events).fact(engagements.personFact, other, {})
const into = { into: other }

describe('person: merge', () => {
  test('a person goes on as another one', () =>
    two()
      .when(merge, into)
      .thenRecorded([personMerged(into)]))

  test('nobody is merged into itself', () =>
    given(person, [registered])
      .when(merge, (id) => ({ into: id }))
      .thenRefused('into-itself'))

  test('nobody is merged twice', () => two(merged).when(merge, into).thenRefused('already-merged', into))

  test('an erased person is not merged', () => two(erased).when(merge, into).thenRefused('erased'))

  test('whose erasure was requested is erased, not merged: nobody would ask for it again', () =>
    two(requested).when(merge, into).thenRefused('erasure-requested'))

  test('nobody is merged into an erased person', () =>
    given(person, [registered])
      .fact(engagements.personFact, other, { erased: true })
      .when(merge, into)
      .thenRefused('into-erased'))

  test('merges make no chain', () =>
    given(person, [registered])
      .fact(engagements.personFact, other, { mergedInto: anId(21) })
      .when(merge, into)
      .thenRefused('into-merged', { into: anId(21) }))
})
