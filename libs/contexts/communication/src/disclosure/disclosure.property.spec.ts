import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { effectiveTimes, isBefore } from '@rapport/events'
import { anId, walkStream } from '@rapport/testing'
import communication from '../index.ts'
import { disclosure } from './events.ts'

describe('disclosure', () => {
  test('I-30 whatever is sent, what was told stays first on record and counts as told when its last correction says', () =>
    walkStream(communication, disclosure, {
      known: [
        [engagements.stakeholderFact, anId(10), { side: 'client' }],
        [engagements.stakeholderFact, anId(11), { side: 'ours' }],
        [engagements.stakeholderFact, anId(12), { side: 'client', removed: true }],
      ],
      holds(all) {
        for (const { events, state } of all) {
          const said = events.filter((e) => e.type !== 'DisclosureAcknowledged')
          expect(state.made.ids).toEqual(said.map((e) => e.id))
          expect(said[0]!.type).toBe('DisclosureMade')
          expect(effectiveTimes(events).get(said[0]!.id)).toMatchObject({ occurredAt: state.made.occurredAt })
          expect(isBefore(state.made, { occurredAt: state.identifiedAt })).toBe(false)
          expect(['us', 'client']).toContain(state.raisedBy)
          expect(state.acknowledgedBy).toEqual(state.acknowledgedBy.length === 0 ? [] : [anId(10)])
        }
      },
    }))
})
