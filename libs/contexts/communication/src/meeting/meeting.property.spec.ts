import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { instantText, isBefore } from '@rapport/events'
import { anId, ENGAGEMENT, walkStream } from '@rapport/testing'
import fc from 'fast-check'
import communication from '../index.ts'
import { meeting } from './events.ts'
import { anna, annaKnown, ben, benKnown } from './examples.fixture.ts'

const gone = anId(12)
const startsAt = fc
  .integer({ min: 0, max: 12 * 24 })
  .map((hours) => instantText(Temporal.Instant.from('2026-03-01T12:00:00Z').add({ hours })))
const attendees = fc.array(fc.constantFrom(anna, anna, ben, gone), { minLength: 1, maxLength: 3 })
const audience = fc.constantFrom('internal', 'client')
const engagement = fc.constant(ENGAGEMENT)
const by = { stakeholder: fc.constantFrom(anna, anna, anna, anna, ben) }

describe('meeting', () => {
  test('I-20 I-21 whatever is sent, minutes follow the meeting, and only its attendees of the client confirm their last version', () =>
    walkStream(communication, meeting, {
      known: [
        [engagements.engagementFact, ENGAGEMENT, { client: anId(901), zone: 'Europe/Berlin' }],
        [engagements.stakeholderFact, anna, annaKnown],
        [engagements.stakeholderFact, ben, benKnown],
        [
          engagements.stakeholderFact,
          gone,
          { ...annaKnown, removed: true, left: { occurredAt: '2026-03-01T18:00:00.000Z' } },
        ],
        [engagements.personFact, anId(40), {}],
      ],
      // Two working days pass within a walk.
      pace: { hours: 7 },
      runs: 200,
      bodies: {
        schedule: fc.record(
          {
            engagement,
            title: fc.constantFrom('Steering', '例会'),
            startsAt,
            durationMinutes: fc.constant(60),
            audience,
          },
          { requiredKeys: ['engagement', 'title', 'startsAt', 'durationMinutes'] },
        ),
        'record-held': fc.record(
          { engagement, title: fc.constant('Kick-off'), attendees, minutes: fc.constant('All said.'), audience },
          { requiredKeys: ['engagement', 'title'] },
        ),
        reschedule: fc.record({ startsAt, reason: fc.constant('Ill.') }),
        hold: fc.record({ attendees }),
        'confirm-minutes': fc.record(by),
        'dispute-minutes': fc.record({ ...by, reason: fc.constant('Wrong.') }),
      },
      holds(all) {
        for (const { state, events } of all) {
          const types = events.map(({ type }) => type)
          expect(types.filter((type) => type === 'MeetingHeld').length).toBe(state.stands === 'held' ? 1 : 0)
          expect(types.includes('MeetingCancelled')).toBe(state.stands === 'cancelled')
          expect(types.filter((type) => type === 'MinutesRecorded').length).toBe(state.minutes === undefined ? 0 : 1)
          expect(types.filter((type) => type === 'MinutesOverdue').length).toBeLessThanOrEqual(1)
          if (state.minutes !== undefined) expect(isBefore(state.minutes, state.held)).toBe(false)
          expect(state.version).toBe(
            types.filter((type) => type.startsWith('Minutes') && /Recorded|Corrected/.test(type)).length,
          )
          for (const stakeholder of state.confirmedBy)
            expect(state.attendees).toContainEqual({ stakeholder, side: 'client' })
          for (const { meta, type } of events)
            if (type !== 'MeetingMissed' && type !== 'MinutesOverdue') expect(meta.visibility).toBe(state.audience)
            else expect(meta.visibility).toBe('internal')
        }
      },
    }))
})
