import { describe, expect, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { correct } from './correct.ts'
import { disclosure, disclosureCorrected, disclosureMade } from './events.ts'
import { delay } from './examples.fixture.ts'

const told = given(disclosure, [disclosureMade(delay)])
const longer = { impact: 'Go-live moves by two weeks.', reason: 'The estimate was too low.' }

describe('disclosure: correct', () => {
  test('I-30 a correction adds to what was told and takes nothing back', async () => {
    await told.when(correct, longer).thenRecorded([disclosureCorrected(longer)])
    await told.when(correct, longer).thenState({ impact: longer.impact, subject: delay.subject })
  })

  test('a correction without a date keeps the date of what it corrects', async () => {
    const [event] = await told.when(correct, longer).thenRecorded([disclosureCorrected(longer)])
    expect(event!.occurredAt).toBe('2026-03-01T12:00:00.000Z')
    expect(event!.meta.corrects).toHaveLength(1)
    expect(event!.meta.late).toBeUndefined()
  })

  test('a correction with a date moves the disclosure', () =>
    told
      .when(correct, { reason: 'It was told on the phone.' }, { occurred: { occurredAt: '2026-02-28T10:00:00.000Z' } })
      .thenState({ made: { occurredAt: '2026-02-28T10:00:00.000Z' } }))

  test('a correction that changes nothing is refused', () =>
    told.when(correct, { reason: 'None.' }).thenRefused('nothing-to-correct'))

  test('a correction cannot make us know after having told', () =>
    told
      .when(correct, { identifiedAt: '2026-03-01T12:00:00.001Z', reason: 'A slip.' })
      .thenRefused('identified-after-telling'))
})
