import { describe, expect, test } from '@jest/globals'
import { assign } from '../action-item/assign.ts'
import { cancel as cancelItem } from '../action-item/cancel.ts'
import { recordMinutes } from '../meeting/record-minutes.ts'
import { anna, desk, every, otto, weekly } from './desk.fixture.ts'
import { whatIsDue } from './what-is-due.ts'

const client = { as: { stakeholder: anna } }

async function met() {
  const d = desk()
  await d.plan([every(weekly.meeting), every(weekly.report)])
  const id = await d.meet('2026-03-04T10:00:00Z')
  return { ...d, id, sent: { ...client, id } }
}

describe('what-is-due', () => {
  test('a week of a project manager, in order, each later, today or overdue', async () => {
    const d = await met()
    await d.send('2026-03-02T10:00:00Z', assign, { what: 'Send the plan.', owner: otto, due: '2026-03-03' })
    const due = async (now: string) =>
      (await d.read(whatIsDue, { now })).map(
        (item) => `${item['kind']} ${String(item['dueAt']).slice(0, 16)} ${item['state']}`,
      )
    expect(await due('2026-03-03T08:00:00.000Z')).toEqual([
      'action-item 2026-03-04T00:00 today',
      'meeting 2026-03-04T10:00 later',
      'report 2026-03-07T17:00 later',
    ])
    await d.hold('2026-03-04T11:00:00Z', d.id)
    expect(await due('2026-03-04T12:00:00.000Z')).toEqual([
      'action-item 2026-03-04T00:00 overdue',
      'minutes 2026-03-06T11:00 later',
      'report 2026-03-07T17:00 later',
    ])
    await d.send('2026-03-05T10:00:00Z', recordMinutes, { text: 'Short.' }, { id: d.id })
    await d.report('2026-03-06T16:00:00Z', '2026-03-06')
    expect(await due('2026-03-06T17:00:00.000Z')).toEqual([
      'action-item 2026-03-04T00:00 overdue',
      'report 2026-03-14T17:00 later',
    ])
    const [item] = await d.read(whatIsDue)
    expect(item).toMatchObject({ title: 'Send the plan.', owner: otto })
    await d.send('2026-03-06T17:00:00Z', cancelItem, { reason: 'No.' }, { id: String(item!['id']) })
    expect(await due('2026-03-06T17:00:00.000Z')).toEqual(['report 2026-03-14T17:00 later'])
  })

  test('without a cadence of reports none is due', async () => {
    const d = desk()
    await d.plan([every(weekly.meeting)])
    expect(await d.read(whatIsDue)).toMatchObject([{ kind: 'report', state: 'nothing' }])
  })
})
