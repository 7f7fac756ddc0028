import { describe, expect, test } from '@jest/globals'
import { assign } from '../action-item/assign.ts'
import { carryOver } from '../action-item/carry-over.ts'
import { complete } from '../action-item/complete.ts'
import { acknowledge as acknowledgeDisclosure } from '../disclosure/acknowledge.ts'
import { correct as correctDisclosure } from '../disclosure/correct.ts'
import { disclose } from '../disclosure/disclose.ts'
import { correct as correctInteraction } from '../interaction/correct.ts'
import { acknowledge } from '../status-report/acknowledge.ts'
import { correct as correctReport } from '../status-report/correct.ts'
import { draft } from '../status-report/draft.ts'
import { actionItems } from './action-items.ts'
import { contacts } from './contacts.ts'
import { anna, desk, every, mia, otto, weekly } from './desk.fixture.ts'
import { disclosures } from './disclosures.ts'
import { reports } from './reports.ts'

const client = { as: { stakeholder: anna } }

async function met() {
  const d = desk()
  await d.plan([every(weekly.meeting), every(weekly.report)])
  const id = await d.meet('2026-03-04T10:00:00Z')
  return { ...d, id, sent: { ...client, id } }
}

describe('action-items', () => {
  test('the first day is kept, and whether it is due today or overdue is told when it is asked', async () => {
    const d = desk()
    const item = { what: 'Send the plan.', owner: otto, due: '2026-03-05', audience: 'client' }
    const id = await d.send('2026-03-02T10:00:00Z', assign, item)
    const at = async (now: string, zone = 'UTC') => (await d.read(actionItems, { now, zone }))[0]
    expect(await at('2026-03-04T23:59:59.999Z')).toMatchObject({
      ...item,
      status: 'open',
      state: 'later',
      firstDue: '2026-03-05',
    })
    expect(await at('2026-03-05T00:00:00.000Z')).toMatchObject({ state: 'today' })
    expect(await at('2026-03-05T23:59:59.999Z')).toMatchObject({ state: 'today' })
    expect(await at('2026-03-06T00:00:00.000Z')).toMatchObject({ state: 'overdue' })
    expect(await at('2026-03-05T16:00:00.000Z', 'Asia/Shanghai')).toMatchObject({ state: 'overdue' })
    for (const due of ['2026-03-09', '2026-03-10', '2026-03-11'])
      await d.send('2026-03-04T10:00:00Z', carryOver, { due, reason: 'Later.' }, { id })
    expect(await at('2026-03-06T00:00:00.000Z')).toMatchObject({
      due: '2026-03-11',
      firstDue: '2026-03-05',
      carriedOver: 3,
      escalated: true,
      state: 'later',
    })
    expect(await d.read(actionItems, { audience: 'client' })).toMatchObject([{ carriedOver: 3, escalated: false }])
    await d.send('2026-03-10T10:00:00Z', complete, { evidence: 'Sent.' }, { id })
    expect(await at('2026-03-20T00:00:00.000Z')).toMatchObject({
      status: 'completed',
      closedAt: '2026-03-10T10:00:00.000Z',
    })
    expect(await at('2026-03-20T00:00:00.000Z')).not.toHaveProperty('state')
  })
})

describe('reports', () => {
  test('I-24 I-26 the client reads what was issued, never a draft; versions and acknowledgements are kept', async () => {
    const d = await met()
    const parts = { completed: ['One.'], inProgress: [], notDone: [], risks: [], challenges: [], nextSteps: [] }
    const period = { from: '2026-03-02', to: '2026-03-06' }
    await d.send('2026-03-06T10:00:00Z', draft, { ...parts, period, audience: 'client' })
    expect(await d.read(reports, { audience: 'client' })).toEqual([])
    const id = await d.report('2026-03-06T16:00:00Z', '2026-03-06')
    await d.report('2026-03-06T16:00:00Z', '2026-03-06', { audience: 'internal', cadence: undefined })
    await d.send('2026-03-07T10:00:00Z', acknowledge, { stakeholder: anna }, { ...client, id })
    await d.send('2026-03-08T10:00:00Z', correctReport, { completed: ['Two.'], reason: 'A slip.' }, { id })
    expect(await d.read(reports)).toHaveLength(3)
    const [seen, ...others] = await d.read(reports, { audience: 'client' })
    expect(others).toEqual([])
    expect(seen).toMatchObject({ id, status: 'issued', version: 2, completed: ['Two.'], slot: '2026-W10' })
    expect(seen).toMatchObject({
      issuedAt: '2026-03-06T16:00:00.000Z',
      acknowledgements: [{ stakeholder: anna, version: 1 }],
    })
    expect((seen!['versions'] as object[]).length).toBe(2)
    expect((seen!['figures'] as { models: string[] }[])[0]!.models).toEqual(['spec.v1'])
  })
})

describe('contacts', () => {
  test('each contact has a way, and both sides spoke or not, as last corrected', async () => {
    const d = await met()
    await d.hold('2026-03-04T11:00:00Z', d.id)
    await d.hold('2026-03-11T11:00:00Z', await d.meet('2026-03-11T10:00:00Z'), [mia])
    const mail = await d.contact('2026-03-05T09:00:00Z', 'outbound')
    await d.contact('2026-03-06T09:00:00Z', 'inbound')
    await d.contact('2026-03-07T09:00:00Z', 'outbound', 'phone')
    const ways = async () => (await d.read(contacts)).map((c) => `${c['way']} ${c['twoWay']}`)
    expect(await ways()).toEqual(['meeting yes', 'outbound no', 'inbound yes', 'call yes', 'meeting no'])
    await d.send(
      '2026-03-12T09:00:00Z',
      correctInteraction,
      { direction: 'inbound', reason: 'They wrote.' },
      { id: mail },
    )
    expect(await ways()).toEqual(['meeting yes', 'inbound yes', 'inbound yes', 'call yes', 'meeting no'])
    expect((await d.read(contacts))[1]!['events']).toHaveLength(2)
  })
})

describe('disclosures', () => {
  test('on the occurred clock an acknowledgement may stand before what a correction moved on', async () => {
    const d = desk()
    const delay = { kind: 'delay', subject: 'Data', impact: 'A week.', countermeasure: 'A team.', raisedBy: 'us' }
    const id = await d.send('2026-03-02T10:00:00Z', disclose, { ...delay, identifiedAt: '2026-03-01T10:00:00Z' })
    await d.send(
      '2026-03-03T10:00:00Z',
      acknowledgeDisclosure,
      { stakeholder: anna, heardBefore: false },
      { ...client, id },
    )
    const moved = { occurred: { occurredAt: '2026-03-05T10:00:00.000Z' } }
    await d.send('2026-03-06T10:00:00Z', correctDisclosure, { reason: 'It was told on the fifth.' }, { id, ...moved })
    const on = (before: string) => d.read(disclosures, { asOf: { clock: 'occurred', before } })
    expect(await on('2026-03-04T00:00:00.000Z')).toEqual([])
    expect(await on('2026-03-06T00:00:00.000Z')).toMatchObject([
      { disclosedAt: '2026-03-05T10:00:00.000Z', corrections: 1 },
    ])
  })
})
