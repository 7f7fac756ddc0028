import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { ENGAGEMENT, walkStream } from '@rapport/testing'
import fc from 'fast-check'
import communication from '../index.ts'
import { businessReview } from './events.ts'
import { anna, known, mia, quarter } from './examples.fixture.ts'

describe('business-review', () => {
  test('whatever is sent, it is held once by people of its engagement, and agreed once, each side for itself', () =>
    walkStream(communication, businessReview, {
      known: known.map(([id, who]) => [engagements.stakeholderFact, id, who] as const),
      bodies: {
        schedule: fc.record({
          engagement: fc.constant<unknown>(ENGAGEMENT),
          title: fc.constant(quarter.title),
          startsAt: fc.constantFrom(quarter.startsAt, '2026-01-01T00:00:00Z'),
        }),
      },
      holds(all) {
        for (const { events, state } of all) {
          const types = events.map(({ type }) => type)
          expect(types).toEqual(
            ['BusinessReviewScheduled', 'BusinessReviewHeld', 'BusinessReviewAgreed'].slice(0, types.length),
          )
          expect(state.agreed).toBe(types.length === 3)
          const attendees = (events[1]?.data['attendees'] ?? []) as { stakeholder: string }[]
          for (const { stakeholder } of attendees) expect([anna, mia]).toContain(stakeholder)
          if (events[2] !== undefined)
            expect(events[2].data).toMatchObject({
              ourCommitment: { stakeholder: mia },
              theirCommitment: { stakeholder: anna },
            })
        }
      },
    }))
})
