import { describe, expect, test } from '@jest/globals'
import { communication as contract, engagements } from '@rapport/contracts'
import { ENGAGEMENT, given } from '@rapport/testing'
import { plan as terms, weekly, weeklyReport } from '../communication-plan/examples.fixture.ts'
import { elsewhere, removed } from '../interaction/examples.fixture.ts'
import { meeting, meetingScheduled } from './events.ts'
import { anna, annaKnown, scheduled, steering } from './examples.fixture.ts'
import { schedule } from './schedule.ts'

const berlin = given(meeting).fact(engagements.engagementFact, ENGAGEMENT, { zone: 'Europe/Berlin' })
const versions = [{ ...terms, cadences: [...terms.cadences, { ...weekly, name: 'Staff', audience: 'internal' }] }]
const planned = (known = { versions: versions.map((v) => ({ ...v, from: '2026-03-01T12:00:00.000Z' })) }) =>
  given(meeting)
    .fact(engagements.engagementFact, ENGAGEMENT, { zone: 'Europe/Berlin' })
    .fact(contract.planFact, ENGAGEMENT, known as contract.PlanKnown)

describe('meeting: schedule', () => {
  test('a meeting of no cadence is with the client, and missed a day after its end', async () => {
    const [event] = await berlin.when(schedule, steering).thenRecorded([scheduled])
    expect(event!.meta.visibility).toBe('client')
  })

  test('a meeting of a cadence is of the slot that holds its start, unless it names another', async () => {
    const tuesday = { ...steering, startsAt: '2026-03-17T09:00:00.000Z', cadence: weekly.name }
    await planned().when(schedule, tuesday).thenState({ cadence: weekly.name, slot: '2026-W12' })
    await planned()
      .when(schedule, { ...tuesday, slot: '2026-W11' })
      .thenState({ slot: '2026-W11' })
  })

  test('the tolerance and the audience are those of its cadence', async () => {
    const staff = { ...steering, cadence: 'Staff' }
    const [event] = await planned()
      .when(schedule, staff)
      .thenRecorded([
        meetingScheduled({ ...staff, slot: '2026-W11', audience: 'internal', missedAfter: '2026-03-12T10:00:00.000Z' }),
      ])
    expect(event!.meta.visibility).toBe('internal')
    await planned()
      .when(schedule, { ...staff, audience: 'client' })
      .thenState({ audience: 'client' })
  })

  test.each([{ cadence: 'Another' }, { cadence: weekly.name, slot: '2026-W54' }, { cadence: weeklyReport.name }])(
    'a slot is one that the plan has: %j',
    (place) =>
      planned()
        .when(schedule, { ...steering, ...place })
        .thenRefused('no-such-slot'),
  )

  test('an engagement without a plan has no cadence', () =>
    berlin.when(schedule, { ...steering, cadence: weekly.name }).thenRefused('no-such-slot'))

  test('a slot is of a cadence', () =>
    planned()
      .when(schedule, { ...steering, slot: '2026-W11' })
      .thenRefused('slot-without-cadence'))

  test('it is scheduled before it starts', () =>
    berlin.when(schedule, { ...steering, startsAt: '2026-03-02T11:59:00Z' }).thenRefused('starts-before-scheduling'))

  test('BR-59 what would be missed after the last instant is missed at the last instant', () =>
    berlin
      .when(schedule, { ...steering, startsAt: '2199-12-31T23:59:59.999Z' })
      .thenState({ planned: { missedAfter: '2199-12-31T23:59:59.999Z' } }))

  test('in a closed engagement nothing is', () =>
    given(meeting)
      .fact(engagements.engagementFact, ENGAGEMENT, { closed: true })
      .when(schedule, steering)
      .thenRefused('engagement-closed'))

  test.each([
    ['participant-elsewhere', elsewhere],
    ['participant-removed', removed],
  ])('who is invited belongs to the engagement: %s', async (code, who) => {
    const invites = { ...steering, invited: [anna] }
    const of = (known: engagements.StakeholderKnown) =>
      given(meeting)
        .fact(engagements.engagementFact, ENGAGEMENT, { zone: 'Europe/Berlin' })
        .fact(engagements.stakeholderFact, anna, known)
    await of(who).when(schedule, invites).thenRefused(code, { participant: anna })
    await of(annaKnown).when(schedule, invites).thenState({ stands: 'scheduled' })
  })
})
