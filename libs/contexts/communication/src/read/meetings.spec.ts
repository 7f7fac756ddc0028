import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { ENGAGEMENT } from '@rapport/testing'
import { hold as holdReview } from '../business-review/hold.ts'
import { schedule as scheduleReview } from '../business-review/schedule.ts'
import { cancel } from '../meeting/cancel.ts'
import { confirmMinutes } from '../meeting/confirm-minutes.ts'
import { correctMinutes } from '../meeting/correct-minutes.ts'
import { disputeMinutes } from '../meeting/dispute-minutes.ts'
import { minutesOverdue } from '../meeting/minutes-overdue.ts'
import { recordMinutes } from '../meeting/record-minutes.ts'
import { reschedule } from '../meeting/reschedule.ts'
import { calendar } from './calendar.ts'
import { anna, desk, every, mia, otto, weekly } from './desk.fixture.ts'
import { meetings } from './meetings.ts'
import { minutes } from './minutes.ts'

const said = {
  text: 'Anna reported.',
  agenda: ['Migration'],
  decisions: ['The training comes first.'],
  verbalRequests: ['A list of invoices.'],
  actions: [{ owner: otto, what: 'Send the plan.', due: '2026-03-11' }],
}
const client = { as: { stakeholder: anna } }

async function met() {
  const d = desk()
  await d.plan([every(weekly.meeting), every(weekly.report)])
  const id = await d.meet('2026-03-04T10:00:00Z')
  return { ...d, id, sent: { ...client, id } }
}

describe('meetings', () => {
  test('a meeting is scheduled, moved, held, and its minutes recorded, disputed, confirmed', async () => {
    const d = await met()
    const now = async () => (await d.read(meetings))[0]
    expect(await now()).toMatchObject({ id: d.id, title: 'Weekly', status: 'scheduled', slot: '2026-W10', moved: 0 })
    await d.send('2026-03-03T10:00:00Z', reschedule, { startsAt: '2026-03-05T10:00:00Z', reason: 'Ill.' }, { id: d.id })
    expect(await now()).toMatchObject({ at: '2026-03-05T10:00:00.000Z', moved: 1, status: 'scheduled' })
    await d.hold('2026-03-05T11:00:00Z', d.id)
    expect(await now()).toMatchObject({ status: 'held', heldAt: '2026-03-05T11:00:00.000Z', minutes: 'outstanding' })
    const overdue = { occurred: { occurredAt: '2026-03-10T00:00:00.000Z' } }
    await d.send('2026-03-10T00:05:00Z', minutesOverdue, {}, { id: d.id, ...overdue })
    expect(await now()).toMatchObject({ minutes: 'overdue' })
    await d.send('2026-03-10T10:00:00Z', recordMinutes, said, { id: d.id })
    await d.send('2026-03-10T11:00:00Z', disputeMinutes, { stakeholder: anna, reason: 'No.' }, d.sent)
    expect(await now()).toMatchObject({
      minutes: 'disputed',
      attendees: [
        { stakeholder: anna, side: 'client' },
        { stakeholder: mia, side: 'ours' },
      ],
    })
    expect((await now())!['events']).toEqual((await d.house.events('communication.meeting', d.id)).map((e) => e.id))
  })

  test('the client does not see our clock’s remarks', async () => {
    const d = await met()
    await d.hold('2026-03-04T11:00:00Z', d.id)
    await d.send(
      '2026-03-10T00:05:00Z',
      minutesOverdue,
      {},
      { id: d.id, occurred: { occurredAt: '2026-03-09T00:00:00.000Z' } },
    )
    expect(await d.read(meetings, { audience: 'client' })).toMatchObject([{ minutes: 'outstanding' }])
    await d.meet('2026-03-11T10:00:00Z', { audience: 'internal', cadence: undefined, title: 'Ours' })
    expect((await d.read(meetings, { audience: 'client' })).map((m) => m['title'])).toEqual(['Weekly'])
  })
})

describe('minutes', () => {
  test('I-21 they stay visibly unconfirmed until an attendee of the client confirms this version', async () => {
    const d = await met()
    const now = async () => (await d.read(minutes))[0]
    expect(await now()).toMatchObject({ status: 'planned', title: 'Weekly', version: 0 })
    await d.hold('2026-03-04T11:00:00Z', d.id)
    expect(await now()).toMatchObject({ status: 'outstanding', minutesDue: '2026-03-06T11:00:00.000Z' })
    await d.send('2026-03-05T10:00:00Z', recordMinutes, said, { id: d.id })
    expect(await now()).toMatchObject({ ...said, status: 'unconfirmed', version: 1 })
    d.house.know(engagements.stakeholderFact, anna, {
      engagement: ENGAGEMENT,
      side: 'client',
      rights: ['sign-minutes'],
    })
    await d.send('2026-03-06T10:00:00Z', confirmMinutes, { stakeholder: anna }, d.sent)
    expect(await now()).toMatchObject({ status: 'confirmed', confirmations: [{ stakeholder: anna, version: 1 }] })
    await d.send(
      '2026-03-07T10:00:00Z',
      correctMinutes,
      { agenda: ['Migration', 'Training'], reason: 'A slip.' },
      { id: d.id },
    )
    const corrected = await now()
    expect(corrected).toMatchObject({
      status: 'unconfirmed',
      version: 2,
      text: said.text,
      agenda: ['Migration', 'Training'],
    })
    expect((corrected!['versions'] as { version: number }[]).map(({ version }) => version)).toEqual([1, 2])
  })

  test('of a cancelled meeting there are none, and the client reads those of its meetings', async () => {
    const d = await met()
    await d.hold('2026-03-04T11:00:00Z', d.id)
    await d.send('2026-03-05T10:00:00Z', recordMinutes, said, { id: d.id })
    const second = await d.meet('2026-03-11T10:00:00Z')
    await d.send('2026-03-10T10:00:00Z', cancel, { reason: 'A holiday.' }, { id: second })
    expect((await d.read(minutes)).map(({ id }) => id)).toEqual([d.id])
    expect(await d.read(minutes, { audience: 'client' })).toMatchObject([{ text: said.text }])
  })
})

describe('calendar', () => {
  test('meetings and reviews by when they start', async () => {
    const d = await met()
    const review = { title: 'First quarter', startsAt: '2026-03-03T09:00:00Z' }
    const id = await d.send('2026-03-02T10:00:00Z', scheduleReview, review)
    const second = await d.meet('2026-03-11T10:00:00Z')
    const seen = async () => (await d.read(calendar, { audience: 'client' })).map((a) => `${a['kind']} ${a['status']}`)
    expect(await seen()).toEqual(['business-review scheduled', 'meeting scheduled', 'meeting scheduled'])
    const found = { attendees: [anna], valueDelivered: [], outcomes: [], nextPlan: 'On.' }
    await d.send('2026-03-03T10:00:00Z', holdReview, found, { id })
    await d.hold('2026-03-04T11:00:00Z', d.id)
    await d.send('2026-03-09T11:00:00Z', cancel, { reason: 'No.' }, { id: second })
    expect(await seen()).toEqual(['business-review held', 'meeting held', 'meeting cancelled'])
  })
})
