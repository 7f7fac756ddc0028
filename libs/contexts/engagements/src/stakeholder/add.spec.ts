import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { given } from '@rapport/testing'
import { add } from './add.ts'
import { stakeholder, stakeholderAdded } from './events.ts'
import { anna } from './examples.fixture.ts'

const known = given(stakeholder).fact(engagements.personFact, anna.person, {})
const rights = [...anna.rights]

describe('stakeholder: add', () => {
  test('a person joins an engagement', async () => {
    const withContact = { ...anna, rights, contact: '+49 30 1234567' }
    await known.when(add, withContact).thenRecorded([stakeholderAdded(withContact)])
  })

  test('I-03 a right is given once, whatever the command repeats', () =>
    known.when(add, { ...anna, rights: [...rights, ...rights] }).thenRecorded([stakeholderAdded({ ...anna, rights })]))

  test('I-03 our side holds no right of the client', async () => {
    await known.when(add, { ...anna, side: 'ours' }).thenRefused('not-a-client')
    const ours = { ...anna, side: 'ours', rights: [] } as const
    await known.when(add, ours).thenRecorded([stakeholderAdded({ ...ours, rights: [] })])
  })

  test('an erased person joins nothing', () =>
    given(stakeholder)
      .fact(engagements.personFact, anna.person, { erased: true })
      .when(add, anna)
      .thenRefused('person-erased'))

  test('nobody joins a closed engagement', () =>
    given(stakeholder)
      .fact(engagements.personFact, anna.person, {})
      .fact(engagements.engagementFact, anna.engagement, { closed: true })
      .when(add, anna)
      .thenRefused('engagement-closed'))
})
