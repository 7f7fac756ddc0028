import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { ENGAGEMENT, walkStream } from '@rapport/testing'
import fc from 'fast-check'
import communication from '../index.ts'
import { businessReview } from './events.ts'
import { anna, elsewhere, known, left, mia, quarter } from './examples.fixture.ts'

const found = {
  valueDelivered: fc.constant<unknown>(['Permits take four days.']),
  outcomes: fc.constant<unknown>([]),
  nextPlan: fc.constant<unknown>('Prepare the second district.'),
}
/** Nearly always of the one whose turn it is. */
const promise = (right: typeof anna) =>
  fc.record({
    stakeholder: fc.oneof(
      { weight: 4, arbitrary: fc.constant<unknown>(right) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(anna, mia, elsewhere, left) },
    ),
    statement: fc.constant('It can be tried out.'),
    due: fc.constant('2026-08-31'),
  })

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
        hold: fc.record({
          ...found,
          attendees: fc.constantFrom([anna], [mia, anna], [anna, elsewhere], [left]),
        }),
        agree: fc.record({
          ask: fc.constant<unknown>('May we name you?'),
          ourCommitment: promise(mia),
          theirCommitment: promise(anna),
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
