import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { given } from '@rapport/testing'
import { correct } from './correct.ts'
import { interaction, interactionCorrected, interactionLogged } from './events.ts'
import { anna, call, elsewhere, here, removed } from './examples.fixture.ts'

const logged = [interactionLogged(call)]
const outbound = { direction: 'outbound', reason: 'We called them.' } as const
const withAnna = { participants: [anna], reason: 'Anna was there.' }
const knowing = (who: engagements.StakeholderKnown) =>
  given(interaction, logged).fact(engagements.stakeholderFact, anna, who)

describe('interaction: correct', () => {
  test('I-28 a direction can be corrected, not taken away', async () => {
    await given(interaction, logged)
      .when(correct, outbound)
      .thenRecorded([interactionCorrected(outbound)])
    await given(interaction, logged).when(correct, outbound).thenState({ direction: 'outbound', summary: call.summary })
    await given(interaction, logged)
      .when(correct, { ...outbound, direction: null })
      .thenRefused('invalid-command')
  })

  test('a correction without a date keeps the date of what it corrects', async () => {
    const [event] = await given(interaction, logged)
      .when(correct, outbound)
      .thenRecorded([interactionCorrected(outbound)])
    expect(event!.occurredAt).toBe('2026-03-01T12:00:00.000Z')
    expect(event!.meta.corrects).toHaveLength(1)
  })

  test('a correction with a date moves the contact', () =>
    given(interaction, logged)
      .when(correct, { reason: 'It was the day before.' }, { occurred: { occurredAt: '2026-02-28T10:00:00.000Z' } })
      .thenState({ made: { occurredAt: '2026-02-28T10:00:00.000Z' } }))

  test('a correction that changes nothing is refused', () =>
    given(interaction, logged).when(correct, { reason: 'None.' }).thenRefused('nothing-to-correct'))

  test('participants of a correction are stakeholders of this engagement', async () => {
    await knowing(here)
      .when(correct, withAnna)
      .thenState({ participants: [anna] })
    await knowing(elsewhere).when(correct, withAnna).thenRefused('participant-elsewhere', { participant: anna })
    await knowing(removed).when(correct, withAnna).thenRefused('participant-removed', { participant: anna })
  })
})
