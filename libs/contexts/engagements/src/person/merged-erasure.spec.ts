import { describe, expect, test } from '@jest/globals'
import { engagements as contract } from '@rapport/contracts'
import { anId, given, OnMemory } from '@rapport/testing'
import type { Reply } from '@rapport/events'
import engagements from '../index.ts'
import { whenAPersonIsErasedEraseItsRecords } from '../react/when-a-person-is-erased-erase-its-records.ts'
import { whenAPersonIsMergedTellTheOther } from '../react/when-a-person-is-merged-tell-the-other.ts'
import { absorb } from './absorb.ts'
import { eraseMerged } from './erase-merged.ts'
import { erase } from './erase.ts'
import { person, personAbsorbed, personErased, personMerged } from './events.ts'
import { registered, requested } from './examples.fixture.ts'
import { requestErasure } from './request-erasure.ts'

const into = anId(41)
const merged = [registered, personMerged({ into })]

describe('person: merged records are erased together', () => {
  test('a record that was merged is not erased by itself: the refusal names the one that goes on', async () => {
    await given(person, merged).when(requestErasure, { basis: 'objection' }).thenRefused('merged', { into })
    await given(person, [...requested, personMerged({ into })])
      .when(erase, {})
      .thenRefused('merged', { into })
  })

  test('only a record that was merged into it is remembered', async () => {
    const other = anId(42)
    await given(person, [registered])
      .fact(contract.personFact, other, { mergedInto: into })
      .when(absorb, { person: other })
      .thenRefused('not-merged')
  })

  test('an erased person takes the records along that it remembers', () =>
    given(person, [...requested, personAbsorbed({ person: anId(42) })])
      .when(erase, {})
      .thenRecorded([personErased({ basis: 'consent-withdrawn', merged: [anId(42)] })]))

  test('a record goes after the one that it was merged into, not before, and no other', async () => {
    const with_ = (basis?: 'objection') =>
      given(person, merged).fact(contract.personFact, into, basis ? { erased: true, basis } : {})
    await with_('objection')
      .when(eraseMerged, { into })
      .thenRecorded([personErased({ basis: 'objection' })])
    await with_().when(eraseMerged, { into }).thenNothing()
    await given(person, [registered])
      .fact(contract.personFact, into, {})
      .when(eraseMerged, { into })
      .thenRefused('not-merged')
  })

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
