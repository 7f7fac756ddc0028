import { describe, expect, test } from '@jest/globals'
import { engagements } from '@rapport/contracts'
import { cancel } from '../meeting/cancel.ts'
import { reschedule } from '../meeting/reschedule.ts'
import { hold } from '../meeting/hold.ts'
import { miss } from '../meeting/miss.ts'
import { missSlot } from '../communication-plan/miss-slot.ts'
import { correct } from '../interaction/correct.ts'
import { ENGAGEMENT } from '@rapport/testing'
import { cadenceStrip } from './cadence-strip.ts'
import { anna, desk, every, weekly } from './desk.fixture.ts'

interface Strip {
  readonly cadences: readonly { readonly name: string; readonly slots: readonly { slot: string; status: string }[] }[]
  readonly silence?: object
}
type Desk = ReturnType<typeof desk>
const strip = async (d: Desk, how: Parameters<Desk['read']>[1] = {}) =>
  (await d.read(cadenceStrip, how))[0] as unknown as Strip
/** `2026-W10 done`, of one cadence. */
const slots = async (d: Desk, name: string, how: Parameters<Desk['read']>[1] = {}) =>
  (await strip(d, how)).cadences
    .find((c) => c.name === name)
    ?.slots.map(({ slot, status }) => `${slot.slice(5)} ${status}`)
const until = (now: string) => ({ now })

describe('cadence-strip', () => {
  test('a turn is planned, scheduled, done, late, missed or cancelled, as it stands at the moment', async () => {
    const d = desk()
    const plan = await d.plan([every(weekly.meeting)])
    const first = await d.meet('2026-03-04T10:00:00Z')
    await d.hold('2026-03-04T11:00:00Z', first)
    const second = await d.meet('2026-03-11T10:00:00Z')
    await d.send('2026-03-12T11:05:00Z', miss, {}, { id: second, occurred: { occurredAt: '2026-03-12T11:00:00.000Z' } })
    await d.hold('2026-03-13T08:00:00Z', second)
    const third = await d.meet('2026-03-18T10:00:00Z')
    await d.send('2026-03-17T10:00:00Z', cancel, { reason: 'A holiday.' }, { id: third })
    const slot = { cadence: weekly.meeting.name, slot: '2026-W13' }
    await d.send('2026-03-26T10:05:00Z', missSlot, slot, {
      id: plan,
      occurred: { occurredAt: '2026-03-26T10:00:00.000Z' },
    })
    await d.meet('2026-04-01T10:00:00Z')
    expect(await slots(d, weekly.meeting.name, until('2026-03-31T00:00:00.000Z'))).toEqual([
      'W10 done',
      'W11 late',
      'W12 cancelled',
      'W13 missed',
      'W14 scheduled',
      'W15 planned',
      'W16 planned',
      'W17 planned',
    ])
  })

  test('what nobody recorded is missed all the same once its tolerance has passed, and was not before', async () => {
    const d = desk()
    await d.plan([every(weekly.meeting), every(weekly.report)])
    const at = async (now: string) => [
      (await slots(d, weekly.meeting.name, until(now)))![0],
      (await slots(d, weekly.report.name, until(now)))![0],
    ]
    expect(await at('2026-03-05T09:59:59.999Z')).toEqual(['W10 planned', 'W10 planned'])
    expect(await at('2026-03-05T10:00:00.000Z')).toEqual(['W10 missed', 'W10 planned'])
    expect(await at('2026-03-07T17:00:00.000Z')).toEqual(['W10 missed', 'W10 missed'])
  })

  test('a meeting that was moved keeps its turn', async () => {
    const d = desk()
    await d.plan([every(weekly.meeting)])
    const id = await d.meet('2026-03-04T10:00:00Z')
    await d.send('2026-03-03T10:00:00Z', reschedule, { startsAt: '2026-03-10T10:00:00Z', reason: 'Ill.' }, { id })
    expect((await slots(d, weekly.meeting.name, until('2026-03-06T00:00:00.000Z')))![0]).toBe('W10 scheduled')
    expect((await slots(d, weekly.meeting.name, until('2026-03-11T00:00:00.000Z')))![0]).toBe('W10 missed')
  })

  test('a report is issued in time or late, a call is whatever was said by phone in its week', async () => {
    const d = desk()
    await d.plan([every(weekly.report), every(weekly.call)])
    await d.report('2026-03-06T16:00:00Z', '2026-03-06')
    await d.report('2026-03-15T16:00:00Z', '2026-03-13')
    await d.contact('2026-03-04T08:00:00Z', 'inbound', 'email')
    const call = await d.contact('2026-03-09T12:00:00Z', 'outbound', 'phone')
    const now = until('2026-03-16T00:00:00.000Z')
    expect((await slots(d, weekly.report.name, now))!.slice(0, 3)).toEqual(['W10 done', 'W11 late', 'W12 planned'])
    expect((await slots(d, weekly.call.name, now))!.slice(0, 3)).toEqual(['W10 missed', 'W11 done', 'W12 planned'])
    const fix = { channel: 'email', reason: 'It was a mail.' }
    await d.send('2026-03-16T00:00:00Z', correct, fix, { id: call })
    expect((await slots(d, weekly.call.name, now))![1]).toBe('W11 missed')
  })

  test('the client sees the turns that are agreed with it, no calls, no silence, and not what is ours', async () => {
    const d = desk()
    await d.plan([every(weekly.meeting), every(weekly.report, { audience: 'internal' }), every(weekly.call)])
    await d.hold('2026-03-04T11:00:00Z', await d.meet('2026-03-04T10:00:00Z'))
    const seen = await strip(d, { audience: 'client', now: '2026-03-06T00:00:00.000Z' })
    expect(seen.cadences.map(({ name }) => name)).toEqual([weekly.meeting.name])
    expect(seen.cadences[0]!.slots[0]!.status).toBe('done')
    expect(seen.silence).toBeUndefined()
  })

  test('I-29 a silence is computed when it is asked, from the last two-way contact, in days of the zone', async () => {
    const d = desk()
    await d.plan([], { silenceLimitDays: 10 })
    await d.contact('2026-03-04T12:00:00Z', 'outbound')
    const silence = async (now: string) => (await strip(d, until(now))).silence
    expect(await silence('2026-03-11T11:59:59.999Z')).toMatchObject({
      since: '2026-03-01T12:00:00.000Z',
      days: 9,
      limitDays: 10,
      limitAt: '2026-03-11T12:00:00.000Z',
      exceeded: false,
    })
    expect(await silence('2026-03-11T12:00:00.000Z')).toMatchObject({ days: 10, exceeded: true })
    const id = await d.contact('2026-03-12T09:00:00Z', 'inbound')
    expect(await silence('2026-03-13T10:00:00.000Z')).toMatchObject({
      since: '2026-03-12T09:00:00.000Z',
      lastContact: await d.event('interaction', id),
      days: 1,
      exceeded: false,
    })
  })

  test('what was true on a day and what was known on it differ by what was recorded late', async () => {
    const d = desk()
    await d.plan([every(weekly.meeting)])
    const id = await d.meet('2026-03-04T10:00:00Z')
    d.house.now = Temporal.Instant.from('2026-03-20T00:00:00Z')
    await d.house.send(
      hold,
      { attendees: [anna] },
      {
        id,
        occurred: { occurredAt: '2026-03-04T11:00:00.000Z' },
      },
    )
    const on = (clock: 'recorded' | 'occurred') =>
      slots(d, weekly.meeting.name, { asOf: { clock, before: '2026-03-10T00:00:00.000Z' } })
    expect((await on('recorded'))![0]).toBe('W10 missed')
    expect((await on('occurred'))![0]).toBe('W10 done')
  })

  test('after the engagement was closed nothing is planned', async () => {
    const d = desk()
    await d.plan([every(weekly.meeting)])
    const { EngagementClosed } = engagements
    expect(cadenceStrip.contracts.has(`${EngagementClosed.stream}/${EngagementClosed.type}`)).toBe(true)
    const closed = cadenceStrip.evolve(
      { versions: [], plan: [], acts: [], judged: [] },
      { type: 'EngagementClosed', occurredAt: '2026-03-10T00:00:00.000Z', id: 'x', streamId: ENGAGEMENT } as never,
      ENGAGEMENT,
    )
    expect(closed).toMatchObject({ closed: '2026-03-10T00:00:00.000Z' })
  })
})
