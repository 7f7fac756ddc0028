import { describe, expect, test } from '@jest/globals'
import { communication as contract, engagements } from '@rapport/contracts'
import { anId, ENGAGEMENT, given } from '@rapport/testing'
import { plan, weekly } from '../communication-plan/examples.fixture.ts'
import { elsewhere, removed } from '../interaction/examples.fixture.ts'
import { meeting, meetingHeld, minutesRecorded } from './events.ts'
import { anna, annaKnown, said, steering } from './examples.fixture.ts'
import { recordHeld } from './record-held.ts'

const { engagement, title } = steering
const { text: minutes, ...rest } = said
const onDay = {
  now: '2026-03-20T12:00:00Z',
  occurred: { occurredAt: '2026-03-10T23:00:00.000Z', occurredOn: '2026-03-11', zone: 'Europe/Berlin' },
}
const known = (who: engagements.StakeholderKnown = annaKnown, erased = false) =>
  given(meeting)
    .fact(engagements.engagementFact, ENGAGEMENT, { zone: 'Europe/Berlin' })
    .fact(engagements.stakeholderFact, anna, who)
    .fact(engagements.personFact, anId(40), { erased })
const filed = meetingHeld({
  engagement,
  title,
  audience: 'client',
  attendees: [{ stakeholder: anna, side: 'client' }],
  minutesDue: '2026-03-15T23:00:00.000Z',
})

describe('meeting: record-held', () => {
  test('I-20 a meeting that was never scheduled is put on file with its minutes, of a day alone', async () => {
    const all = await known()
      .when(recordHeld, { title, minutes, ...rest, attendees: [anna] }, onDay)
      .thenRecorded([filed, minutesRecorded(said)])
    for (const event of all) {
      expect(event).toMatchObject({ occurredOn: '2026-03-11', zone: 'Europe/Berlin' })
      expect(event.meta.visibility).toBe('client')
    }
  })

  test('or without, and without a list of who attended', async () => {
    await known()
      .when(recordHeld, { title, attendees: [anna] }, onDay)
      .thenRecorded([filed])
    await known().when(recordHeld, { title }, onDay).thenState({ stands: 'held', attendees: [] })
  })

  test('it can be of a cadence, by default of the slot that holds it', async () => {
    const inPlan = known().fact(contract.planFact, ENGAGEMENT, {
      versions: [{ ...plan, from: '2026-03-01T12:00:00.000Z' }],
    })
    await inPlan.when(recordHeld, { title, cadence: weekly.name }, onDay).thenState({ slot: '2026-W11' })
    await inPlan.when(recordHeld, { title, cadence: 'Another' }, onDay).thenRefused('no-such-slot')
    await inPlan.when(recordHeld, { title, slot: '2026-W11' }, onDay).thenRefused('slot-without-cadence')
  })

  test('what minutes say needs their text', () =>
    known()
      .when(recordHeld, { title, agenda: ['Migration'] }, onDay)
      .thenRefused('minutes-without-text'))

  test('nobody owes anything who is erased', () =>
    known(annaKnown, true)
      .when(recordHeld, { title, minutes, ...rest }, onDay)
      .thenRefused('owner-erased', { owner: anId(40) }))

  test.each([
    ['participant-elsewhere', elsewhere],
    ['participant-removed', removed],
  ])('who attended belongs to the engagement: %s', (code, who) =>
    known(who)
      .when(recordHeld, { title, attendees: [anna] }, onDay)
      .thenRefused(code),
  )
})
