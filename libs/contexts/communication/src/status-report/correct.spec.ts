import { describe, expect, test } from '@jest/globals'
import { measuresFor } from '../measures/index.ts'
import { correct } from './correct.ts'
import { reportIssued } from './events.ts'
import { frozen, issued, reported } from './examples.fixture.ts'

const fix = { notDone: ['The training plan and its dates.'], reason: 'We forgot the dates.' }
const asAsked = measuresFor('client').map((measure) => ({
  measure,
  version: 1,
  models: ['spec.v1'],
  value: '0.5000',
  n: 2,
  events: (issued.data['figures'] as { events: string[] }[])[0]!.events,
}))

describe('status-report: correct', () => {
  test('I-24 a correction is a new version, whole, that names the one before and takes nothing from it', async () => {
    const [event] = await reported(issued).when(correct, fix).thenAdded()
    expect(event!.type).toBe('ReportCorrected')
    expect(event!.data).toMatchObject({ completed: frozen.completed, ...fix, version: 2 })
    expect(event!.data['replaces']).toMatch(/^[0-9a-f-]{36}$/)
    expect(event!.meta).toMatchObject({ visibility: 'client' })
    expect(event!.meta.corrects).toBeUndefined()
    await reported(issued).when(correct, fix).thenState({ version: 2, last: event!.id, acknowledgedBy: [] })
  })

  test('I-25 its figures are asked anew, as of now', async () => {
    const [event] = await reported(issued)
      .measured({ 'proactive-share': { value: '0.7500', n: 4 } })
      .when(correct, { reason: 'A call was put on file late.' })
      .thenAdded()
    expect(event!.data['asOf']).toBe('2026-03-02T12:00:00.000Z')
    expect(event!.data['figures']).toContainEqual(
      expect.objectContaining({ measure: 'proactive-share', value: '0.7500', n: 4 }),
    )
  })

  test('what is erased is corrected no more, and more events than a version can name are too much', async () => {
    await reported(issued).erased().when(correct, fix).thenRefused('texts-erased')
    await reported(issued)
      .measured({ 'proactive-share': { events: Array.from({ length: 5_001 }, () => frozen.figures[0]!.last!) } })
      .when(correct, fix)
      .thenRefused('too-much')
  })

  test('a draft is not corrected, and a correction changes something', async () => {
    await reported().when(correct, fix).thenRefused('not-issued')
    await reported(reportIssued({ ...frozen, figures: asAsked }, { visibility: 'client' }))
      .when(correct, { reason: 'None.' })
      .thenRefused('nothing-to-correct')
  })
})
