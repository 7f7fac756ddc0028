import { describe, expect, test } from '@jest/globals'
import { communication as contract, engagements } from '@rapport/contracts'
import { anId, ENGAGEMENT, walkStream } from '@rapport/testing'
import communication from '../index.ts'
import { actionItem } from './events.ts'

describe('action-item', () => {
  test('I-23 whatever is sent, it has one owner, its day only moves on, and every carry-over beyond the limit escalates', () =>
    walkStream(communication, actionItem, {
      known: [
        [engagements.personFact, anId(40), {}],
        [engagements.personFact, anId(41), { erased: true }],
        [contract.meetingFact, anId(50), { engagement: ENGAGEMENT, audience: 'client' }],
        [contract.meetingFact, anId(51), { engagement: anId(902) }],
      ],
      holds(all) {
        for (const { events, state } of all) {
          const carried = events.filter((e) => e.type === 'ActionItemCarriedOver')
          const dues = [events[0]!, ...carried].map((e) => String(e.data['due']))
          expect(dues).toEqual([...new Set(dues)].sort())
          expect(state.due).toBe(dues.at(-1))
          expect(state.owner).toBe(anId(40))
          expect([undefined, anId(50)]).toContain(state.meeting)
          const escalated = events.filter((e) => e.type === 'ActionItemEscalated')
          expect(escalated.map((e) => e.data['times'])).toEqual(carried.map((e) => e.data['times']).slice(2))
          const seen = new Set(events.filter((e) => e.type !== 'ActionItemEscalated').map((e) => e.meta.visibility))
          expect([...seen]).toEqual([state.audience])
          const ends = events.findIndex((e) => /Completed|Cancelled/.test(e.type))
          expect([-1, events.length - 1]).toContain(ends)
        }
      },
    }))
})
