import { describe, test } from '@jest/globals'
import { agree } from './agree.ts'
import { businessReviewAgreed } from './events.ts'
import { anna, elsewhere, held, left, mia, reviewed, scheduled } from './examples.fixture.ts'

const by = (ours: typeof anna, theirs: typeof anna) => ({
  ask: 'May we name you as a reference?',
  ourCommitment: { stakeholder: ours, statement: 'It can be tried out.', due: '2026-08-31' },
  theirCommitment: { stakeholder: theirs, statement: 'Two clerks take part.', due: '2026-08-31' },
})

describe('business-review: agree', () => {
  test('a review ends with one ask, and one commitment from each side', () =>
    reviewed(scheduled, held)
      .when(agree, by(mia, anna))
      .thenRecorded([businessReviewAgreed(by(mia, anna))]))

  test('each side makes its own', async () => {
    await reviewed(scheduled, held).when(agree, by(anna, anna)).thenRefused('wrong-side', { side: 'ours' })
    await reviewed(scheduled, held).when(agree, by(mia, mia)).thenRefused('wrong-side', { side: 'client' })
    await reviewed(scheduled, held).when(agree, by(mia, elsewhere)).thenRefused('participant-elsewhere')
    await reviewed(scheduled, held).when(agree, by(mia, left)).thenRefused('participant-removed')
  })

  test('after it was held, once', async () => {
    await reviewed(scheduled).when(agree, by(mia, anna)).thenRefused('not-held')
    await reviewed(scheduled, held, businessReviewAgreed(by(mia, anna)))
      .when(agree, by(mia, anna))
      .thenRefused('already-agreed')
  })
})
