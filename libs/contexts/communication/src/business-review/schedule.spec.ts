import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { ENGAGEMENT } from '@rapport/testing'
import { businessReviewScheduled } from './events.ts'
import { anna, elsewhere, left, quarter, reviewed } from './examples.fixture.ts'
import { schedule } from './schedule.ts'

describe('business-review: schedule', () => {
  test('a review is scheduled with those who are invited', async () => {
    const invited = { ...quarter, invited: [anna] }
    await reviewed()
      .when(schedule, invited)
      .thenRecorded([businessReviewScheduled(invited)])
  })

  test('who is invited is a stakeholder of the engagement', async () => {
    const inviting = (id: typeof anna) => reviewed().when(schedule, { ...quarter, invited: [id] })
    await inviting(elsewhere).thenRefused('participant-elsewhere', { participant: elsewhere })
    await inviting(left).thenRefused('participant-removed', { participant: left })
  })

  test('it is scheduled before it starts, in an open engagement', async () => {
    await reviewed()
      .when(schedule, { ...quarter, startsAt: '2026-03-02T11:59:00Z' })
      .thenRefused('starts-before-scheduling')
    await reviewed()
      .fact(engagements.engagementFact, ENGAGEMENT, { closed: true })
      .when(schedule, quarter)
      .thenRefused('engagement-closed')
  })
})
