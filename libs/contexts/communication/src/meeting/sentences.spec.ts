import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { Sentences } from '@rapport/events'
import { anId, ENGAGEMENT, OnMemory, TENANT } from '@rapport/testing'
import communication from '../index.ts'
import { anna, annaKnown, ben, benKnown, said, steering } from './examples.fixture.ts'
import { recordHeld } from './record-held.ts'

async function told(command: object, language: 'en' | 'zh-CN' = 'en') {
  const house = new OnMemory([communication])
    .know(engagements.engagementFact, ENGAGEMENT, { client: anId(901) } as object)
    .know(engagements.stakeholderFact, anna, annaKnown)
    .know(engagements.stakeholderFact, ben, benKnown)
    .know(engagements.personFact, anId(40), {})
  await house.send(recordHeld, { engagement: ENGAGEMENT, title: steering.title, ...command })
  const sentences = new Sentences(house, { tenant: TENANT, language, zone: 'Europe/Berlin' })
  return Promise.all(house.store.log.all.map((stored) => sentences.of(house.registry.read(stored))))
}

describe('the sentences of a meeting', () => {
  test('it says what it is called and how many took part', async () => {
    const sentence = async (command: object, language?: 'zh-CN') => (await told(command, language))[0]!.sentence
    expect(await sentence({})).toBe('Steering committee took place')
    expect(await sentence({ attendees: [anna] })).toBe('Steering committee took place with 1 attendee')
    expect(await sentence({ attendees: [anna, ben] })).toBe('Steering committee took place with 2 attendees')
    expect(await sentence({ attendees: [anna, ben] }, 'zh-CN')).toBe('Steering committee已举行，2人出席')
  })

  test('below the minutes stands what they have of agenda, decisions, requests and feedback', async () => {
    const { text: minutes, ...rest } = said
    expect((await told({ minutes, ...rest, feedback: 'Well done.' }))[1]).toEqual({
      sentence: 'The minutes of Steering committee were recorded',
      texts: ['Migration, Training', 'The training comes before go-live.', 'Well done.'],
    })
  })
})
