import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { anId, ENGAGEMENT, walkStream } from '@rapport/testing'
import communication from '../index.ts'
import { interaction } from './events.ts'

describe('interaction', () => {
  test('I-28 whatever is sent, a contact has a direction, and only stakeholders of its engagement took part', () =>
    walkStream(communication, interaction, {
      known: [
        [engagements.stakeholderFact, anId(10), { engagement: ENGAGEMENT }],
        [
          engagements.stakeholderFact,
          anId(11),
          { engagement: ENGAGEMENT, removed: true, left: { occurredAt: '2026-02-01T00:00:00.000Z' } },
        ],
        [engagements.stakeholderFact, anId(12), { engagement: anId(902) }],
      ],
      holds(all) {
        for (const { events, state } of all) {
          expect(['inbound', 'outbound']).toContain(state.direction)
          expect(new Set(state.participants ?? [anId(10)])).toEqual(new Set([anId(10)]))
          expect(state.made.ids).toEqual(events.map((e) => e.id))
        }
      },
    }))
})
