import { describe, expect, test } from '@jest/globals'
import { anId, OnMemory } from '@rapport/testing'
import type { Reply } from '@rapport/events'
import engagements from '../index.ts'
import { whenAPersonIsErasedEraseItsRecords } from '../react/when-a-person-is-erased-erase-its-records.ts'
import { whenAPersonIsMergedTellTheOther } from '../react/when-a-person-is-merged-tell-the-other.ts'
import { person } from './events.ts'

describe('person: merged records are erased together', () => {
  test('along a chain of merges every record is erased', async () => {
    const house = new OnMemory([engagements])
    const decisionOf = (name: string) =>
      engagements.streams.find((s) => s.stream === (person as never))!.decisions.find((d) => d.name === name)!
    const send = async (name: string, body: object, id?: string, by = anId(1)) =>
      (await house.send(decisionOf(name), body, { id, as: { id: by } })).id
    const react = async (replies: readonly Reply[]) => {
      for (const { decision, id, body } of replies) await house.send(decision, body as object, { id })
    }
    const heard = (data: object, streamId: string) => ({ data, streamId }) as never
    const [a, b, c] = [
      await send('register', { name: 'A' }),
      await send('register', { name: 'B' }),
      await send('register', { name: 'C' }),
    ]
    for (const [from, to] of [
      [a, b],
      [b, c],
    ] as const) {
      await send('merge', { into: to }, from)
      await react(whenAPersonIsMergedTellTheOther.react(heard({ into: to }, from)))
    }
    await send('request-erasure', { basis: 'objection' }, c)
    await send('erase', {}, c, anId(2))
    for (const id of [c, b, a]) {
      const last = (await house.events('engagements.person', id)).at(-1)!
      expect(last.type).toBe('PersonErased')
      await react(whenAPersonIsErasedEraseItsRecords.react(heard(last.data, id)))
    }
  })
})
