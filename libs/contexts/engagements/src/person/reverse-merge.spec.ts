import { describe, test } from '@jest/globals'
import { engagements as contract } from '@rapport/contracts'
import { anId, given } from '@rapport/testing'
import { person } from './events.ts'
import { merged, other, registered } from './examples.fixture.ts'
import { reverseMerge } from './reverse-merge.ts'

// That it happens where two met, to the same one of them always: merged-erasure.spec.ts, for it takes two streams.
describe('person: reverse-merge', () => {
  test.each([
    ['stands', {}],
    ['was merged into a third one', { mergedInto: anId(43) }],
  ])('a merge stays where the other one %s', (_, state) =>
    given(person, merged).fact(contract.personFact, other, state).when(reverseMerge, { into: other }).thenNothing(),
  )

  test('a person that was merged into nobody, or into somebody else, stays as it is', async () => {
    await given(person, [registered])
      .fact(contract.personFact, other, {})
      .when(reverseMerge, { into: other })
      .thenNothing()
    await given(person, merged)
      .fact(contract.personFact, anId(44), { mergedInto: other })
      .when(reverseMerge, { into: anId(44) })
      .thenNothing()
  })
})
