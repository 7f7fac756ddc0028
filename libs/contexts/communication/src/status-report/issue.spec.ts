import { describe, expect, test } from '@jest/globals'
import { communication as contract } from '@rapport/contracts'
import { anId, given, ENGAGEMENT } from '@rapport/testing'
import { reportDrafted, reportIssued, statusReport } from './events.ts'
import { drafted, figure, frozen, issued, reported, week } from './examples.fixture.ts'
import { issue } from './issue.ts'

const asOf = '2026-03-01T12:00:00.000Z'
const ofSlot = { cadence: 'Weekly report', slot: '2026-W09' }

describe('status-report: issue', () => {
  test('I-24 what was drafted goes out whole, to whom it is for, and is frozen', async () => {
    const [event] = await reported()
      .when(issue, {})
      .thenRecorded([reportIssued(frozen)])
    expect(event!.meta.visibility).toBe('client')
    await reported(issued).when(issue, {}).thenRefused('already-issued')
    const internal = reportDrafted({ ...week, audience: 'internal', asOf, figures: [figure] })
    const [ours] = await given(statusReport, [internal]).when(issue, {}).thenAdded()
    expect(ours!.meta.visibility).toBe('internal')
  })

  test('a report whose texts are erased goes out no more', () =>
    reported().erased().when(issue, {}).thenRefused('texts-erased'))

  test('I-24 a caller changes nothing of it', () =>
    reported()
      .when(issue, { completed: ['More.'] })
      .thenRefused('invalid-command'))

  test('I-24 a draft whose figures are more than seven days old is stale', async () => {
    await reported()
      .when(issue, {}, { now: '2026-03-08T12:00:00Z' })
      .thenRecorded([reportIssued(frozen)])
    await reported().when(issue, {}, { now: '2026-03-08T12:00:00.001Z' }).thenRefused('draft-stale')
  })

  test('I-25 a report was not issued before its figures were asked', () =>
    reported()
      .when(issue, {}, { occurred: { occurredAt: '2026-03-01T11:59:59.999Z' } })
      .thenRefused('before-draft'))

  test('I-27 issued late it answers what the clock recorded of its slot', async () => {
    const missing = [
      { ...ofSlot, event: anId(70) },
      { cadence: 'Weekly report', slot: '2026-W08', event: anId(71) },
    ]
    const late = reportDrafted({ ...week, ...ofSlot, asOf, figures: [] })
    const { fact, id } = contract.askMissingReports(ENGAGEMENT)
    expect(id).toBe('')
    const [event] = await given(statusReport, [late]).fact(fact, ENGAGEMENT, { missing }).when(issue, {}).thenAdded()
    expect(event!.meta.answers).toEqual([anId(70)])
    const [plain] = await given(statusReport, [drafted]).fact(fact, ENGAGEMENT, { missing }).when(issue, {}).thenAdded()
    expect(plain!.meta.answers).toBeUndefined()
  })
})
