import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { anId, given } from '@rapport/testing'
import { confirmMinutes } from './confirm-minutes.ts'
import { meeting, minutesConfirmed, minutesCorrected } from './events.ts'
import { anna, annaKnown, at, ben, benKnown, held, recorded, scheduled, type Events } from './examples.fixture.ts'

const all = [scheduled, held, recorded]
const after = (events: Events = all, who: engagements.StakeholderKnown = annaKnown) =>
  given(meeting, events, at('2026-03-11T10:00:00.000Z'))
    .fact(engagements.stakeholderFact, anna, who)
    .fact(engagements.stakeholderFact, ben, benKnown)
    .fact(engagements.stakeholderFact, anId(12), annaKnown)
const as = (stakeholder: string) => ({ now: '2026-03-14T12:00:00Z', as: { stakeholder } })
const confirmed = minutesConfirmed({ stakeholder: anna, version: 1 }, { visibility: 'client' })

describe('meeting: confirm-minutes', () => {
  test('I-03 I-21 an attendee of the client who may sign confirms them', () =>
    after().when(confirmMinutes, { stakeholder: anna }, as(anna)).thenRecorded([confirmed]))

  test('I-21 it confirms the last version, each once', async () => {
    const corrected = minutesCorrected(
      { version: 2, agenda: ['Training'], reason: 'A slip.' },
      { visibility: 'client' },
    )
    await after([...all, confirmed])
      .when(confirmMinutes, { stakeholder: anna }, as(anna))
      .thenRefused('already-confirmed')
    await after([...all, confirmed, corrected])
      .when(confirmMinutes, { stakeholder: anna }, as(anna))
      .thenRecorded([minutesConfirmed({ stakeholder: anna, version: 2 })])
  })

  test('I-03 only who holds the right to sign minutes', () =>
    after(all, { ...annaKnown, rights: [] })
      .when(confirmMinutes, { stakeholder: anna }, as(anna))
      .thenRefused('right-missing'))

  test.each([
    ['somebody of ours', ben],
    ['somebody who was not there', anId(12)],
  ])('I-21 %s does not confirm them', (_, stakeholder) =>
    after().when(confirmMinutes, { stakeholder }, as(stakeholder)).thenRefused('not-an-attendee'),
  )

  test('I-21 nobody confirms for another', () =>
    after().when(confirmMinutes, { stakeholder: anna }, as(ben)).thenRefused('not-yourself'))

  test('I-21 there are minutes to confirm, also by then', async () => {
    await after([scheduled, held]).when(confirmMinutes, { stakeholder: anna }, as(anna)).thenRefused('no-minutes')
    const day = { occurredAt: '2026-03-10T23:00:00.000Z', occurredOn: '2026-03-11', zone: 'Europe/Berlin' }
    await given(meeting, all, { now: '2026-03-12T12:00:00Z', occurred: day })
      .fact(engagements.stakeholderFact, anna, annaKnown)
      .when(
        confirmMinutes,
        { stakeholder: anna },
        { ...as(anna), occurred: { occurredAt: '2026-03-10T22:59:00.000Z' } },
      )
      .thenRefused('no-minutes')
  })
})
