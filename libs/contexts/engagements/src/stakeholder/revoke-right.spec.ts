import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { stakeholder, stakeholderAdded, stakeholderRemoved, stakeholderRightRevoked } from './events.ts'
import { anna, left } from './examples.fixture.ts'
import { revokeRight } from './revoke-right.ts'

const added = stakeholderAdded({ ...anna, rights: ['accept-deliverables', 'sign-minutes'] })
const withdrawn = { right: 'accept-deliverables', reason: 'Another department accepts from now on.' } as const

describe('stakeholder: revoke-right', () => {
  test('I-03 a right is taken back, the others stay', async () => {
    await given(stakeholder, [added])
      .when(revokeRight, withdrawn)
      .thenRecorded([stakeholderRightRevoked(withdrawn)])
    await given(stakeholder, [added])
      .when(revokeRight, withdrawn)
      .thenState({ rights: ['sign-minutes'] })
  })

  test('I-03 a right that is not held is not taken back', () =>
    given(stakeholder, [added])
      .when(revokeRight, { ...withdrawn, right: 'approve-changes' })
      .thenRefused('not-held'))

  test('I-03 a removed stakeholder has no right to lose', () =>
    given(stakeholder, [added, stakeholderRemoved(left)])
      .when(revokeRight, withdrawn)
      .thenRefused('removed'))
})
