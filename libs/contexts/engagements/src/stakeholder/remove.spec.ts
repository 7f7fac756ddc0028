import { describe, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { stakeholder, stakeholderAdded, stakeholderRemoved } from './events.ts'
import { anna, left } from './examples.fixture.ts'
import { remove } from './remove.ts'

const added = stakeholderAdded({ ...anna, rights: ['accept-deliverables'] })

describe('stakeholder: remove', () => {
  test('I-03 a stakeholder who goes loses every right', async () => {
    await given(stakeholder, [added])
      .when(remove, left)
      .thenRecorded([stakeholderRemoved(left)])
    await given(stakeholder, [added]).when(remove, left).thenState({ removed: true, rights: [] })
  })

  test('nobody is removed twice', () =>
    given(stakeholder, [added, stakeholderRemoved(left)])
      .when(remove, left)
      .thenRefused('removed'))
})
