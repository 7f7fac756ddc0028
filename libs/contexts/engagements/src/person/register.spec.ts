import { describe, expect, test } from '@jest/globals'
import { anId, given } from '@rapport/testing'
import { person, personRegistered } from './events.ts'
import { anna, erased, registered } from './examples.fixture.ts'
import { register } from './register.ts'

const nobody = given(person)
const typed = { ...anna, mail: 'Anna.Berg@Riverside.Example' }

describe('person: register', () => {
  test('a person is registered, with or without a mail address', async () => {
    await nobody.when(register, anna).thenRecorded([registered])
    await nobody.when(register, { name: anna.name }).thenRecorded([personRegistered({ name: anna.name })])
  })

  test('one mail address is one person, however it is typed', () =>
    given(person, [registered]).when(register, typed).thenRefused('already-registered'))

  test('the refusal names the person who has the address', async () => {
    const [event] = await nobody.when(register, anna).thenRecorded([registered])
    await given(person, [registered]).when(register, typed).thenRefused('already-registered', { id: event!.streamId })
  })

  test('two persons of one name are two', () =>
    given(person, [personRegistered({ name: anna.name })])
      .when(register, { name: anna.name })
      .thenRecorded([personRegistered({ name: anna.name })]))

  test('the address of an erased person is free for a new one', async () => {
    const [event] = await given(person, erased).when(register, anna).thenRecorded([registered])
    expect(event!.revision).toBe(0)
  })

  test('a client’s user registers nobody', () =>
    nobody.when(register, anna, { as: { role: 'client', stakeholder: anId(10) } }).thenRefused('forbidden'))
})
