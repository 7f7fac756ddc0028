import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { given } from '@rapport/testing'
import { disputeMinutes } from './dispute-minutes.ts'
import { meeting, minutesConfirmed, minutesDisputed } from './events.ts'
import { anna, annaKnown, at, ben, benKnown, held, recorded, scheduled, type Events } from './examples.fixture.ts'

const all = [scheduled, held, recorded]
const after = (events: Events = all, who: engagements.StakeholderKnown = annaKnown) =>
  given(meeting, events, at('2026-03-11T10:00:00.000Z'))
    .fact(engagements.stakeholderFact, anna, who)
    .fact(engagements.stakeholderFact, ben, benKnown)
const as = (stakeholder: string) => ({ now: '2026-03-14T12:00:00Z', as: { stakeholder } })
const wrong = { stakeholder: anna, reason: 'We did not agree to the date.' }
const disputed = minutesDisputed({ ...wrong, version: 1 })

describe('meeting: dispute-minutes', () => {
  test('I-21 an attendee of the client disputes them, also without the right to sign', () =>
    after(all, { ...annaKnown, rights: [] })
      .when(disputeMinutes, wrong, as(anna))
      .thenRecorded([disputed]))

  test('I-21 who disputes what it confirmed confirms it no longer', () =>
    after([...all, minutesConfirmed({ stakeholder: anna, version: 1 }, { visibility: 'client' })])
      .when(disputeMinutes, wrong, as(anna))
      .thenState({ confirmedBy: [] }))

  test('I-21 only an attendee of the client, for itself', async () => {
    await after()
      .when(disputeMinutes, { ...wrong, stakeholder: ben }, as(ben))
      .thenRefused('not-an-attendee')
    await after().when(disputeMinutes, wrong, as(ben)).thenRefused('not-yourself')
    await after(all, { ...annaKnown, removed: true })
      .when(disputeMinutes, wrong, as(anna))
      .thenRefused('removed')
  })

  test('I-21 there are minutes to dispute', () =>
    after([scheduled, held]).when(disputeMinutes, wrong, as(anna)).thenRefused('no-minutes'))
})
