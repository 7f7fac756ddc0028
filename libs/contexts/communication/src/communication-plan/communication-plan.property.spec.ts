import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { isBefore } from '@rapport/events'
import { anId, ENGAGEMENT, walkStream } from '@rapport/testing'
import fc from 'fast-check'
import communication from '../index.ts'
import { communicationPlan } from './events.ts'
import { slotNamed } from './slots.ts'

// Turns of days and weeks, some of which are over by the end of a walk.
const kinds = fc.constantFrom(['Meeting', 'meeting'], ['Report', 'report'], ['Call', 'call'], ['Report', 'meeting'])
const cadence = fc
  .tuple(
    kinds,
    fc.record(
      {
        every: fc.record({ unit: fc.constantFrom('days', 'days', 'weeks'), n: fc.integer({ min: 1, max: 2 }) }),
        weekday: fc.constantFrom('mon', 'sun'),
        at: fc.constantFrom('12:30', '13:00', '18:00'),
        from: fc.constantFrom('2026-02-22', '2026-03-01', '2026-03-02'),
        toleranceDays: fc.constantFrom(0, 0, 0, 1),
        audience: fc.constantFrom('internal', 'client'),
      },
      { requiredKeys: ['every', 'at', 'from', 'toleranceDays', 'audience'] },
    ),
  )
  .map(([[name, kind], rest]) => ({ name, kind, ...rest }))
const terms = {
  cadences: fc.array(cadence, { maxLength: 3 }),
  silenceLimitDays: fc.constantFrom(1, 1, 7),
}
const asked = fc.record({
  cadence: fc.constantFrom('Meeting', 'Report', 'Report', 'Call'),
  slot: fc.constantFrom('2026-03-02', '2026-03-03', '2026-03-04', '2026-W10'),
})
const march = (n: number) => `2026-03-0${n}T18:00:00.000Z`

describe('communication-plan', () => {
  test('I-27 I-29 whatever is sent, an engagement has one plan, and each slot and silence is judged once, after its due', () =>
    walkStream(communication, communicationPlan, {
      known: [[engagements.engagementFact, ENGAGEMENT, { client: anId(901), zone: 'Europe/Berlin' }]],
      pace: { hours: 5 },
      runs: 200,
      bodies: {
        define: fc.record(
          { engagement: fc.constantFrom(ENGAGEMENT, ENGAGEMENT, anId(404)), ...terms },
          { requiredKeys: ['engagement', 'cadences'] },
        ),
        amend: fc.record(terms, { requiredKeys: ['cadences'] }),
        'miss-slot': asked,
        'report-not-issued': asked,
        'detect-silence': fc.record(
          { since: fc.integer({ min: 1, max: 5 }).map(march), lastContact: fc.constantFrom(anId(70), anId(71)) },
          { requiredKeys: ['since'] },
        ),
      },
      holds(all) {
        expect(all.length).toBeLessThanOrEqual(1)
        for (const { state, events } of all) {
          expect(new Set(state.judged).size).toBe(state.judged.length)
          expect(new Set(state.silences).size).toBe(state.silences.length)
          const from = state.versions.map((v: { from: string }) => v.from)
          expect(from).toEqual([...from].sort())
          for (const event of events)
            if (event.type === 'SlotMissed' || event.type === 'ReportNotIssued') {
              const { cadence, slot, due } = event.data as Record<string, string>
              expect(slotNamed(state.versions, cadence!, slot!)?.due).toBe(due)
              expect(isBefore(event, { occurredAt: due! })).toBe(false)
            }
        }
      },
    }))
})
