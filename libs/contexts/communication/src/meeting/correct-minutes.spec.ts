import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { anId, given } from '@rapport/testing'
import { correctMinutes } from './correct-minutes.ts'
import { meeting, minutesConfirmed, minutesCorrected } from './events.ts'
import { anna, at, held, recorded, said, scheduled, type Events } from './examples.fixture.ts'

const other = { decisions: ['The training comes after go-live.'], reason: 'The wrong way round.' }
const confirmed = minutesConfirmed({ stakeholder: anna, version: 1 }, { visibility: 'client' })
const all = [scheduled, held, recorded, confirmed]
const after = (events: Events = all) =>
  given(meeting, events, at('2026-03-11T10:00:00.000Z')).fact(engagements.personFact, anId(40), {
    erased: true,
  })
const now = { now: '2026-03-14T12:00:00Z' }

describe('meeting: correct-minutes', () => {
  test('I-21 a correction is a new version that names the old one, and nobody has confirmed it', async () => {
    const [event] = await after()
      .when(correctMinutes, other, now)
      .thenRecorded([minutesCorrected({ ...other, version: 2 })])
    expect(event!.meta.corrects).toHaveLength(1)
    expect(event!.occurredAt).toBe('2026-03-11T10:00:00.000Z')
    await after().when(correctMinutes, other, now).thenState({ version: 2, confirmedBy: [] })
  })

  test('there is something to correct', async () => {
    await after([scheduled, held]).when(correctMinutes, other, now).thenRefused('no-minutes')
    await after().when(correctMinutes, { reason: 'None.' }, now).thenRefused('nothing-to-correct')
    const later = at('2026-03-12T10:00:00.000Z', now.now)
    await after()
      .when(correctMinutes, { reason: 'Written a day later.' }, later)
      .thenState({ minutes: { occurredAt: later.occurred.occurredAt } })
  })

  test('they follow the meeting', () =>
    after().when(correctMinutes, other, at('2026-03-11T09:59:00.000Z', now.now)).thenRefused('before-meeting'))

  test('nobody owes anything who is erased', () =>
    after()
      .when(correctMinutes, { ...other, actions: said.actions }, now)
      .thenRefused('owner-erased'))
})
