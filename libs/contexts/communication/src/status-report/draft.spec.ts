import { describe, expect, test } from '@jest/globals'
import { communication as contract } from '@rapport/contracts'
import { anId, ENGAGEMENT, given } from '@rapport/testing'
import { measuresFor } from '../measures/index.ts'
import { draft } from './draft.ts'
import { statusReport } from './events.ts'
import { plan, week } from './examples.fixture.ts'

const planned = () => given(statusReport).fact(contract.planFact, ENGAGEMENT, plan)

describe('status-report: draft', () => {
  test('I-24 a report has an as-of instant, a period and its parts', () =>
    given(statusReport)
      .when(draft, week)
      .thenState({ ...week, asOf: '2026-03-02T12:00:00.000Z', version: 0 }))

  test('I-25 its figures come from projection, each with its version, models, last event and the events behind it', async () => {
    const [event] = await given(statusReport)
      .measured({ 'proactive-share': { value: null, n: 0, events: [] } })
      .when(draft, week)
      .thenAdded()
    const figures = event!.data['figures'] as { measure: string; value?: string; last?: string; models: string[] }[]
    expect(figures.map(({ measure }) => measure)).toEqual(measuresFor('client'))
    for (const { measure, value, last, models } of figures)
      expect([value, last, models]).toEqual([
        measure === 'proactive-share' ? undefined : '0.5000',
        anId(998),
        ['spec.v1'],
      ])
  })

  test('I-25 a caller cannot post figures, nor as of when they were asked', async () => {
    await given(statusReport)
      .when(draft, { ...week, figures: [] })
      .thenRefused('invalid-command')
    await given(statusReport)
      .when(draft, { ...week, asOf: '2026-03-02T12:00:00.000Z' })
      .thenRefused('invalid-command')
  })

  test('I-26 an internal report has every measure, one for the client only those of what the client sees', async () => {
    const [event] = await given(statusReport)
      .when(draft, { ...week, audience: 'internal' })
      .thenAdded()
    expect((event!.data['figures'] as unknown[]).length).toBe(measuresFor('internal').length)
    expect(measuresFor('client').filter((name) => !measuresFor('internal').includes(name))).toEqual([])
  })

  test('I-26 a draft stays ours, whoever the report is for', async () => {
    const [event] = await given(statusReport).when(draft, week).thenAdded()
    expect(event!.meta.visibility).toBe('internal')
  })

  test('I-26 a report for the client refers only to what the client sees', async () => {
    const [meeting, item, told] = [anId(50), anId(51), anId(52)]
    const mentions = { meetings: [meeting], actionItems: [item], disclosures: [told] }
    const known = (audience: 'internal' | 'client', engagement = ENGAGEMENT) =>
      given(statusReport)
        .fact(contract.meetingFact, meeting, { engagement: ENGAGEMENT, audience: 'client' })
        .fact(contract.actionItemFact, item, { engagement: ENGAGEMENT, audience })
        .fact(contract.disclosureFact, told, { engagement })
    await known('client')
      .when(draft, { ...week, mentions })
      .thenState({ mentions })
    await known('internal')
      .when(draft, { ...week, mentions })
      .thenRefused('mention-internal', { mention: item })
    await known('internal')
      .when(draft, { ...week, audience: 'internal', mentions })
      .thenState({ mentions })
    await known('client', anId(902))
      .when(draft, { ...week, mentions })
      .thenRefused('mention-elsewhere', { mention: told })
  })

  test('of a cadence it is of the slot that holds the last day of its period, or of the one it names', async () => {
    const of = { ...week, cadence: 'Weekly report' }
    await planned().when(draft, of).thenState({ slot: '2026-W09' })
    await planned()
      .when(draft, { ...of, slot: '2026-W08' })
      .thenState({ slot: '2026-W08' })
    const [event] = await planned().when(draft, week).thenAdded()
    expect(event!.data).not.toHaveProperty('slot')
  })

  test('the plan has the slot, for these readers', async () => {
    const of = { ...week, cadence: 'Weekly report' }
    for (const cadence of ['Weekly meeting', 'No such report'])
      await planned()
        .when(draft, { ...week, cadence })
        .thenRefused('no-such-slot')
    await planned()
      .when(draft, { ...of, slot: '2025-W40' })
      .thenRefused('no-such-slot')
    await given(statusReport).when(draft, of).thenRefused('no-such-slot')
    await planned()
      .when(draft, { ...week, slot: '2026-W09' })
      .thenRefused('slot-without-cadence')
    await planned()
      .when(draft, { ...of, audience: 'internal' })
      .thenRefused('audience-differs', { audience: 'client' })
  })

  test('a period is of one day to 366', async () => {
    const over = (from: string, to: string) => given(statusReport).when(draft, { ...week, period: { from, to } })
    await over('2026-03-02', '2026-03-02').thenState({ version: 0 })
    await over('2025-03-02', '2026-03-02').thenState({ version: 0 })
    await over('2026-03-02', '2026-03-01').thenRefused('period-malformed')
    await over('2025-03-01', '2026-03-02').thenRefused('period-malformed')
  })

  test('more events than a report can name are too much', () =>
    given(statusReport)
      .measured({ 'proactive-share': { events: Array.from({ length: 5_001 }, () => anId(1)) } })
      .when(draft, week)
      .thenRefused('too-much'))
})
