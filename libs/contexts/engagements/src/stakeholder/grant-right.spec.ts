import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { stakeholder, stakeholderAdded, stakeholderRemoved, stakeholderRightGranted } from './events.ts'
import { anna, left } from './examples.fixture.ts'
import { grantRight } from './grant-right.ts'

const added = stakeholderAdded({ ...anna, rights: ['accept-deliverables'] })
const approve = { right: 'approve-changes' } as const

describe('stakeholder: grant-right', () => {
  test('I-03 a client stakeholder gets a right', async () => {
    await given(stakeholder, [added])
      .when(grantRight, approve)
      .thenRecorded([stakeholderRightGranted(approve)])
    await given(stakeholder, [added])
      .when(grantRight, approve)
      .thenState({ rights: ['accept-deliverables', 'approve-changes'] })
  })

  test('I-03 a right that is held is not given again', () =>
    given(stakeholder, [added]).when(grantRight, { right: 'accept-deliverables' }).thenRefused('already-held'))

  test('I-03 our side holds no right of the client', () =>
    given(stakeholder, [stakeholderAdded({ ...anna, side: 'ours', rights: [] })])
      .when(grantRight, approve)
      .thenRefused('not-a-client'))

  test('I-03 a removed stakeholder gets no right', () =>
    given(stakeholder, [added, stakeholderRemoved(left)])
      .when(grantRight, approve)
      .thenRefused('removed'))
})
