import { describe, expect, test } from '@jest/globals'
import { given } from '@rapport/testing'
import { correct } from './correct.ts'
import { person, personCorrected } from './events.ts'
import { anna, erased, merged, other, registered } from './examples.fixture.ts'

const known = given(person, [registered])

describe('person: correct', () => {
  test('a correction keeps what it leaves out, and the date of the registration', async () => {
    const [event] = await known
      .when(correct, { name: 'Anna Bergström' })
      .thenRecorded([personCorrected({ name: 'Anna Bergström' })])
    expect(event!.occurredAt).toBe('2026-03-01T12:00:00.000Z')
    await known.when(correct, { name: 'Anna Bergström' }).thenState({ name: 'Anna Bergström', mail: anna.mail })
  })

  test('a correction to what stands already is none', async () => {
    await known.when(correct, {}).thenRefused('nothing-to-correct')
    await known.when(correct, anna).thenRefused('nothing-to-correct')
  })

  test('a merged person is corrected where it went', () =>
    given(person, merged).when(correct, { name: 'Ann Berg' }).thenRefused('merged', { into: other }))

  test('an erased person is not corrected', () =>
    given(person, erased).when(correct, { name: 'Ann Berg' }).thenRefused('erased'))
})
