import { describe, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { anId, given } from '@rapport/testing'
import { acknowledge } from './acknowledge.ts'
import { reportAcknowledged, reportCorrected, reportDrafted, reportIssued, statusReport } from './events.ts'
import { frozen, issued, reported, week } from './examples.fixture.ts'

const anna = anId(10)
const says = { stakeholder: anna, note: 'Thank you.' }
const as = { as: { stakeholder: anna } }
const client = { side: 'client' } as const
const { stakeholderFact } = engagements

describe('status-report: acknowledge', () => {
  test('I-24 a client stakeholder confirms the version that it was given', async () => {
    await reported(issued)
      .fact(stakeholderFact, anna, client)
      .when(acknowledge, says, as)
      .thenRecorded([reportAcknowledged({ ...says, version: 1 })])
    const before = reportAcknowledged({ stakeholder: anna, version: 1 })
    await reported(issued, before)
      .fact(stakeholderFact, anna, client)
      .when(acknowledge, says, as)
      .thenRefused('already-acknowledged')
    const next = reportCorrected(
      { ...frozen, version: 2, replaces: anId(1), reason: 'A slip.' },
      { visibility: 'client' },
    )
    await reported(issued, before, next)
      .fact(stakeholderFact, anna, client)
      .when(acknowledge, says, as)
      .thenRecorded([reportAcknowledged({ ...says, version: 2 })])
  })

  test('I-26 a draft and an internal report answer alike: the client was given none', async () => {
    await reported().fact(stakeholderFact, anna, client).when(acknowledge, says, as).thenRefused('not-issued')
    const audience = 'internal' as const
    await given(statusReport, [
      reportDrafted({ ...week, audience, asOf: frozen.asOf, figures: [] }),
      reportIssued({ ...frozen, audience }, { visibility: audience }),
    ])
      .fact(stakeholderFact, anna, client)
      .when(acknowledge, says, as)
      .thenRefused('not-issued')
  })

  test('only the client’s side, and everybody only for itself', async () => {
    await reported(issued)
      .fact(stakeholderFact, anna, { side: 'ours' })
      .when(acknowledge, says, as)
      .thenRefused('not-a-client')
    await reported(issued)
      .fact(stakeholderFact, anna, { ...client, removed: true })
      .when(acknowledge, says, as)
      .thenRefused('not-a-client')
    await reported(issued)
      .fact(stakeholderFact, anna, client)
      .when(acknowledge, says, { as: { stakeholder: anId(11) } })
      .thenRefused('not-yourself')
  })
})
