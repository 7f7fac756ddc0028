import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { anId, given } from '@rapport/testing'
import { acknowledge } from './acknowledge.ts'
import { disclosure, disclosureAcknowledged, disclosureMade } from './events.ts'
import { delay } from './examples.fixture.ts'

const anna = anId(10)
const told = given(disclosure, [disclosureMade(delay)]).fact(engagements.stakeholderFact, anna, { side: 'client' })
const says = { stakeholder: anna, heardBefore: false, note: 'Thank you for telling us early.' }
const as = { as: { stakeholder: anna } }

describe('disclosure: acknowledge', () => {
  test('I-30 a client stakeholder acknowledges what was told', () =>
    told.when(acknowledge, says, as).thenRecorded([disclosureAcknowledged(says)]))

  test('I-31 the acknowledgement keeps whether the client had heard of it before', () =>
    told
      .when(acknowledge, { ...says, heardBefore: true }, as)
      .thenRecorded([disclosureAcknowledged({ ...says, heardBefore: true })]))

  test('only the client’s side acknowledges', () =>
    given(disclosure, [disclosureMade(delay)])
      .fact(engagements.stakeholderFact, anna, { side: 'ours' })
      .when(acknowledge, says, as)
      .thenRefused('not-a-client'))

  test('a stakeholder acknowledges only for itself', () =>
    told.when(acknowledge, says, { as: { stakeholder: anId(11) } }).thenRefused('not-yourself'))

  test('nobody acknowledges twice', () =>
    given(disclosure, [disclosureMade(delay), disclosureAcknowledged(says)])
      .fact(engagements.stakeholderFact, anna, { side: 'client' })
      .when(acknowledge, says, as)
      .thenRefused('already-acknowledged'))
})
