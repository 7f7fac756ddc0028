import { describe, expect, test } from '@jest/globals'
import { anId, OnMemory } from '@rapport/testing'
import type { Reply } from '@rapport/events'
import engagements from '../index.ts'
import { whenAPersonIsErasedEraseItsRecords } from '../react/when-a-person-is-erased-erase-its-records.ts'
import { whenAPersonIsMergedTellTheOther } from '../react/when-a-person-is-merged-tell-the-other.ts'
import { person } from './events.ts'

const decisionOf = (name: string) =>
  engagements.streams.find((s) => s.stream === (person as never))!.decisions.find((d) => d.name === name)!
const heard = (data: object, streamId: string) => ({ data, streamId }) as never

class Persons {
  readonly #house = new OnMemory([engagements])

  async send(name: string, body: object, id?: string, by = anId(1)): Promise<string> {
    return (await this.#house.send(decisionOf(name), body, { id, as: { id: by } })).id
  }

  async erase(id: string): Promise<void> {
    await this.send('request-erasure', { basis: 'objection' }, id)
    await this.send('erase', {}, id, anId(2))
  }

  async react(replies: readonly Reply[]): Promise<void> {
    for (const { decision, id, body } of replies) await this.#house.send(decision, body as object, { id })
  }

  async last(id: string) {
    return (await this.#house.events('engagements.person', id)).at(-1)!
  }
}

describe('person: merged records are erased together', () => {
  test('along a chain of merges every record is erased', async () => {
    const persons = new Persons()
    const [a, b, c] = [
      await persons.send('register', { name: 'A' }),
      await persons.send('register', { name: 'B' }),
      await persons.send('register', { name: 'C' }),
    ]
    for (const [from, to] of [
      [a, b],
      [b, c],
    ] as const) {
      await persons.send('merge', { into: to }, from)
      await persons.react(whenAPersonIsMergedTellTheOther.react(heard({ into: to }, from)))
    }
    await persons.erase(c)
    for (const id of [c, b, a]) {
      const last = await persons.last(id)
      expect(last.type).toBe('PersonErased')
      await persons.react(whenAPersonIsErasedEraseItsRecords.react(heard(last.data, id)))
    }
  })

  test('a person erased before it heard of its other record records nothing more, and the record goes after it', async () => {
    const persons = new Persons()
    const [a, b] = [await persons.send('register', { name: 'A' }), await persons.send('register', { name: 'B' })]
    await persons.send('merge', { into: b }, a)
    await persons.erase(b)
    await persons.react(whenAPersonIsMergedTellTheOther.react(heard({ into: b }, a)))
    for (const id of [a, b]) expect((await persons.last(id)).type).toBe('PersonErased')
  })
})
