import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { given } from '@rapport/testing'
import { interaction, interactionLogged } from './events.ts'
import { anna, call, elsewhere, here, removed } from './examples.fixture.ts'
import { log } from './log.ts'

const withAnna = { ...call, participants: [anna] }
const knowing = (who: engagements.StakeholderKnown) => given(interaction).fact(engagements.stakeholderFact, anna, who)

describe('interaction: log', () => {
  test('I-28 a contact says who it came from', async () => {
    for (const direction of ['inbound', 'outbound'] as const)
      await given(interaction)
        .when(log, { ...call, direction })
        .thenRecorded([interactionLogged({ ...call, direction })])
  })

  test('I-28 a contact without a direction is refused', async () => {
    const { direction: _, ...undirected } = call
    await given(interaction).when(log, undirected).thenRefused('invalid-command')
    await given(interaction)
      .when(log, { ...call, direction: 'both' })
      .thenRefused('invalid-command')
  })

  test('a contact names its participants', () =>
    knowing(here)
      .when(log, withAnna)
      .thenRecorded([interactionLogged(withAnna)]))

  test('a participant is a stakeholder of this engagement', async () => {
    await knowing(elsewhere).when(log, withAnna).thenRefused('participant-elsewhere', { participant: anna })
    await given(interaction).when(log, withAnna).thenRefused('reference-not-found')
  })

  test('a participant had not left the engagement when the contact was', async () => {
    await knowing(removed).when(log, withAnna).thenRefused('participant-removed', { participant: anna })
    await knowing(removed)
      .when(log, withAnna, { occurred: { occurredAt: '2026-02-27T12:00:00.000Z' } })
      .thenRecorded([interactionLogged(withAnna)])
  })

  test('a contact after the end of an engagement is kept too', () =>
    given(interaction)
      .fact(engagements.engagementFact, call.engagement, { closed: true })
      .when(log, call)
      .thenRecorded([interactionLogged(call)]))
})
