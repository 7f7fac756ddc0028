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

  /** Decides all before it records any. */
  async atOnce(commands: readonly (readonly [decision: string, body: object, id: string])[]): Promise<void> {
    const { handle } = this.#house
    const prepared = await Promise.all(
      commands.map(([name, body, id]) => handle.prepare(this.#house.command(decisionOf(name), body, { id }))),
    )
    for (const each of prepared) {
      if (each.kind === 'done') throw new Error('It was decided to do nothing.')
      await handle.commit(each)
    }
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

  test('of two that were merged into each other at once one goes on, and both are erased with it', async () => {
    const persons = new Persons()
    const [a, b] = [await persons.send('register', { name: 'A' }), await persons.send('register', { name: 'B' })].sort()
    const merged = [
      [a!, b!],
      [b!, a!],
    ] as const
    // Both are decided before either is recorded.
    await persons.atOnce(merged.map(([from, into]) => ['merge', { into }, from]))
    for (const id of [a!, b!]) expect((await persons.last(id)).type).toBe('PersonMerged')
    const hear = async (from: string, into: string) =>
      persons.react(whenAPersonIsMergedTellTheOther.react(heard({ into }, from)))
    for (const [from, into] of [...merged, ...merged]) await hear(from, into)
    const { type, data } = await persons.last(a!)
    expect([type, data]).toEqual(['PersonAbsorbed', { person: b }])
    await expect(persons.send('correct', { name: 'B2' }, b)).rejects.toMatchObject({ code: 'merged' })
    await persons.send('correct', { name: 'A2' }, a)
    await persons.erase(a!)
    await persons.react(whenAPersonIsErasedEraseItsRecords.react(heard((await persons.last(a!)).data, a!)))
    for (const id of [a!, b!]) expect((await persons.last(id)).type).toBe('PersonErased')
  })

  test('a merge that nobody met stays, whoever asks for taking it back', async () => {
    const persons = new Persons()
    const [a, b] = [await persons.send('register', { name: 'A' }), await persons.send('register', { name: 'B' })]
    await persons.send('merge', { into: b }, a)
    for (const [id, into] of [
      [a, b],
      [b, a],
    ] as const)
      await persons.send('reverse-merge', { into }, id)
    expect([(await persons.last(a)).type, (await persons.last(b)).type]).toEqual(['PersonMerged', 'PersonRegistered'])
  })
})
