import { describe, test } from '@jest/globals'
import { engagements as contract } from '@rapport/contracts'
import { anId, given } from '@rapport/testing'
import { absorb } from './absorb.ts'
import { person } from './events.ts'
import { registered } from './examples.fixture.ts'

const other = anId(42)

describe('person: absorb', () => {
  test('only a record that was merged into it is remembered', () =>
    given(person, [registered])
      .fact(contract.personFact, other, { mergedInto: anId(41) })
      .when(absorb, { person: other })
      .thenNothing())
})
