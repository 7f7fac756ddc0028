import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { anId, given } from '@rapport/testing'
import { meeting, minutesOverdue, minutesRecorded } from './events.ts'
import { at, held, recorded, said, scheduled, type Events } from './examples.fixture.ts'
import { recordMinutes } from './record-minutes.ts'

const then = at('2026-03-12T10:00:00.000Z')
const after = (events: Events = [scheduled, held], erased = false) =>
  given(meeting, events, at('2026-03-11T10:00:00.000Z')).fact(engagements.personFact, anId(40), { erased })

describe('meeting: record-minutes', () => {
  test('I-20 I-22 minutes keep text, agenda, decisions, requests and who does what', async () => {
    const [event] = await after().when(recordMinutes, said, then).thenRecorded([recorded])
    expect(event!.meta.visibility).toBe('client')
    expect(event!.meta.subjects).toHaveLength(1)
  })

  test('I-22 what the client asked for in passing is kept by itself', () =>
    after()
      .when(recordMinutes, { text: said.text, verbalRequests: ['A list of invoices.'] }, then)
      .thenRecorded([
        minutesRecorded({
          text: said.text,
          agenda: [],
          decisions: [],
          verbalRequests: ['A list of invoices.'],
          actions: [],
        }),
      ]))

  test('I-20 minutes that are overdue answer that', async () => {
    const events = [scheduled, held, minutesOverdue({ due: '2026-03-13T10:00:00.000Z' })]
    const [event] = await after(events).when(recordMinutes, said, then).thenRecorded([recorded])
    expect(event!.meta.answers).toHaveLength(1)
  })

  test('a meeting that was not held has none', () =>
    after([scheduled]).when(recordMinutes, said, then).thenRefused('not-held'))

  test('they are recorded once', () =>
    after([scheduled, held, recorded]).when(recordMinutes, said, then).thenRefused('already-recorded'))

  test('they follow the meeting', () =>
    given(meeting, [scheduled, held], {
      now: '2026-03-12T12:00:00Z',
      occurred: { occurredAt: '2026-03-10T23:00:00.000Z', occurredOn: '2026-03-11', zone: 'Europe/Berlin' },
    })
      .fact(engagements.personFact, anId(40), {})
      .when(recordMinutes, said, at('2026-03-10T22:00:00.000Z', '2026-03-12T12:00:00Z'))
      .thenRefused('before-meeting'))

  test('nobody owes anything who is erased', () =>
    after([scheduled, held], true)
      .when(recordMinutes, said, then)
      .thenRefused('owner-erased', { owner: anId(40) }))
})
