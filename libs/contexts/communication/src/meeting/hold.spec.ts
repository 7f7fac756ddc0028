import { describe, expect, test } from '@jest/globals'
import { communication as contract, engagements } from '@rapport/contracts'
import { ENGAGEMENT, given } from '@rapport/testing'
import { plan } from '../communication-plan/examples.fixture.ts'
import { elsewhere, removed } from '../interaction/examples.fixture.ts'
import { meeting, meetingCancelled, meetingHeld, meetingMissed } from './events.ts'
import { anna, annaKnown, at, ben, benKnown, held, scheduled, type Events } from './examples.fixture.ts'
import { hold } from './hold.ts'

const both = { attendees: [anna, ben, anna] }
const then = at('2026-03-11T10:00:00.000Z')
const known = (who: engagements.StakeholderKnown = annaKnown, events: Events = [scheduled]) =>
  given(meeting, events)
    .fact(engagements.engagementFact, ENGAGEMENT, { zone: 'Europe/Berlin' })
    .fact(engagements.stakeholderFact, anna, who)
    .fact(engagements.stakeholderFact, ben, benKnown)

describe('meeting: hold', () => {
  test('it keeps once who attended, and for which side', () => known().when(hold, both, then).thenRecorded([held]))

  test.each([
    ['a Friday', { occurredAt: '2026-03-13T10:00:00.000Z' }, undefined, '2026-03-17T10:00:00.000Z'],
    ['a Sunday', { occurredAt: '2026-03-15T10:00:00.000Z' }, undefined, '2026-03-17T23:00:00.000Z'],
    [
      'a day',
      { occurredAt: '2026-03-11T23:00:00.000Z', occurredOn: '2026-03-12', zone: 'Europe/Berlin' },
      undefined,
      '2026-03-16T23:00:00.000Z',
    ],
    ['a Wednesday of another week', then.occurred, ['wed', 'thu', 'sun'] as const, '2026-03-15T10:00:00.000Z'],
  ])('I-20 minutes are due two working days after %s', async (_, occurred, workweek, due) => {
    const versions = workweek && [{ ...plan, workweek, from: '2026-03-01T12:00:00.000Z' }]
    await known()
      .fact(contract.planFact, ENGAGEMENT, { versions: versions ?? [] })
      .when(hold, both, { occurred, now: '2026-03-20T12:00:00Z' })
      .thenState({ minutesDue: due })
  })

  test('one that was held after it counted as missed is held all the same and answers that', async () => {
    const late = at('2026-03-14T10:00:00.000Z')
    const [event] = await known(annaKnown, [scheduled, meetingMissed({ due: '2026-03-12T10:00:00.000Z' })])
      .when(hold, both, late)
      .thenRecorded([meetingHeld({ ...held.data, minutesDue: '2026-03-17T23:00:00.000Z' } as never)])
    expect(event!.meta.answers).toHaveLength(1)
  })

  test('it is held once', () => known(annaKnown, [scheduled, held]).when(hold, both, then).thenRefused('already-held'))

  test('what was cancelled is not held', () =>
    known(annaKnown, [scheduled, meetingCancelled({ reason: 'Settled.' }, { visibility: 'client' })])
      .when(hold, both, then)
      .thenRefused('cancelled'))

  test.each([
    ['participant-elsewhere', elsewhere],
    ['participant-removed', removed],
  ])('who attended belongs to the engagement: %s', (code, who) =>
    known(who).when(hold, both, then).thenRefused(code, { participant: anna }),
  )
})
