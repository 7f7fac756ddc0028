import { describe, expect, test } from '@jest/globals'
import { Refusal, type AnyDecision, type AnyReadModel, type Doc } from '@rapport/events'
import fc from 'fast-check'
import { assign } from '../action-item/assign.ts'
import { carryOver } from '../action-item/carry-over.ts'
import { complete } from '../action-item/complete.ts'
import { correct as correctDisclosure } from '../disclosure/correct.ts'
import { disclose } from '../disclosure/disclose.ts'
import communication from '../index.ts'
import { correct as correctInteraction } from '../interaction/correct.ts'
import { log } from '../interaction/log.ts'
import { cancel } from '../meeting/cancel.ts'
import { hold } from '../meeting/hold.ts'
import { recordMinutes } from '../meeting/record-minutes.ts'
import { reschedule } from '../meeting/reschedule.ts'
import { schedule } from '../meeting/schedule.ts'
import { measures } from '../measures/index.ts'
import { draft } from '../status-report/draft.ts'
import { issue } from '../status-report/issue.ts'
import { anna, desk, every, mia, otto, weekly } from './desk.fixture.ts'

const text = (instant: Temporal.Instant): string => instant.toString({ fractionalSecondDigits: 3 })
const parts = { completed: [], inProgress: [], notDone: [], risks: [], challenges: [], nextSteps: [] }
const told = { kind: 'delay', subject: 'Data', impact: 'A week.', countermeasure: 'A team.', raisedBy: 'us' }

/** A command at a time, made of two numbers. */
const commands: readonly (readonly [AnyDecision, (now: Temporal.Instant, n: number) => object])[] = [
  [
    schedule,
    (now, n) => ({
      title: 'Weekly',
      startsAt: now.add({ hours: 24 + n }).toString(),
      durationMinutes: 60,
      ...(n % 2 === 0 && { cadence: weekly.meeting.name }),
    }),
  ],
  [reschedule, (now, n) => ({ startsAt: now.add({ hours: 48 + n }).toString(), reason: 'Ill.' })],
  [cancel, () => ({ reason: 'A holiday.' })],
  [hold, (_, n) => ({ attendees: n % 2 === 0 ? [anna, mia] : [mia] })],
  [recordMinutes, () => ({ text: 'Anna reported.' })],
  [
    log,
    (_, n) => ({
      direction: n % 2 === 0 ? 'inbound' : 'outbound',
      channel: n % 3 === 0 ? 'phone' : 'email',
      summary: 'Spoke.',
    }),
  ],
  [correctInteraction, (_, n) => ({ direction: n % 2 === 0 ? 'inbound' : 'outbound', reason: 'A slip.' })],
  [
    assign,
    (now, n) => ({
      what: 'Do it.',
      owner: otto,
      due: now
        .add({ hours: 24 * (n % 9) })
        .toString()
        .slice(0, 10),
    }),
  ],
  [
    carryOver,
    (now, n) => ({
      due: now
        .add({ hours: 24 * (n % 20) })
        .toString()
        .slice(0, 10),
      reason: 'Later.',
    }),
  ],
  [complete, () => ({})],
  [disclose, (now, n) => ({ ...told, identifiedAt: now.subtract({ hours: 96 + n }).toString() })],
  [correctDisclosure, () => ({ raisedBy: 'client', reason: 'They did.' })],
  [
    draft,
    (now) => ({
      ...parts,
      audience: 'client',
      cadence: weekly.report.name,
      period: { from: '2026-02-23', to: now.toString().slice(0, 10) },
    }),
  ],
  [issue, () => ({})],
]
const step = fc.record({
  command: fc.nat(commands.length - 1),
  hours: fc.integer({ min: 1, max: 60 }),
  n: fc.nat(23),
  which: fc.nat(9),
  /** Hours that it is recorded late; none for most. */
  late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 96 }) }),
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Desk = ReturnType<typeof desk>
const audiences = ['internal', 'client'] as const
const period = ['2026-03-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z'] as const

/** Everything that can be read of a desk: each model for each of its audiences, and each measure. */
async function everything(d: Desk, how: Parameters<Desk['read']>[1] & { readonly now: string }): Promise<object> {
  const all: Record<string, readonly Doc[] | object> = {}
  for (const model of communication.readModels as readonly AnyReadModel[])
    for (const audience of audiences)
      if (model.audience.includes(audience))
        all[`${model.name} ${audience}`] = await d.read(model, { ...how, audience })
  for (const measure of measures) all[measure.name] = await d.measure(measure, ...period, how)
  return all
}

/** Plays a history of a desk; tells when each step was taken. */
async function play(d: Desk, steps: readonly Step[], after: (n: number, now: Temporal.Instant) => Promise<void>) {
  await d.plan([every(weekly.meeting), every(weekly.report), every(weekly.call)], { silenceLimitDays: 5 })
  const ids = new Map<string, string[]>()
  for (const [i, { command, hours, n, which, late }] of steps.entries()) {
    const [decision, body] = commands[command]!
    const now = d.house.now.add({ hours })
    const known = ids.get(decision.stream.name) ?? []
    const id = known[which % Math.max(1, known.length)]
    const occurred = late === 0 ? undefined : { occurredAt: text(now.subtract({ hours: late })) }
    try {
      const made = await d.send(text(now), decision, body(now, n), { id, occurred })
      if (decision.creates === true) ids.set(decision.stream.name, [...known, made])
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
    await after(i, now)
  }
}

/** Each history begins with one of everything, so that every model has something to say; what follows is any. */
const histories = fc
  .tuple(
    ...[schedule, hold, recordMinutes, log, correctInteraction, assign, carryOver, disclose, draft, issue].map(
      (decision) => step.map((taken) => ({ ...taken, late: 0, command: commands.findIndex(([d]) => d === decision) })),
    ),
    fc.array(step, { minLength: 5, maxLength: 15, size: 'max' }),
  )
  .map((all) => all.flat() as Step[])

describe('read models of communication', () => {
  test('§7 at any moment of any history the answer as of it, on the recorded clock, is what was answered then', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(100), async (steps, when) => {
        const d = desk()
        let then = { now: '', live: {} }
        await play(d, steps, async (n, taken) => {
          if (n !== when % steps.length) return
          const now = text(taken.add({ milliseconds: 1 }))
          then = { now, live: await everything(d, { now }) }
        })
        const asOf = { clock: 'recorded', before: then.now } as const
        expect(await everything(d, { now: then.now, asOf })).toEqual(then.live)
        for (const { type } of d.house.store.log.all) seen.add(type)
      }),
      { numRuns: 30 },
    )
    // A history without them proves nothing of them.
    for (const type of ['MeetingHeld', 'MinutesRecorded', 'ReportIssued', 'InteractionCorrected'])
      expect(seen).toContain(type)
  })

  test('§7 no moment of the occurred clock is beyond a model, whatever a correction moved', () =>
    fc.assert(
      fc.asyncProperty(histories, fc.nat(30), async (steps, day) => {
        const d = desk()
        await play(d, steps, async () => {})
        const before = text(Temporal.Instant.from(period[0]).add({ hours: 24 * day }))
        await everything(d, { now: before, asOf: { clock: 'occurred', before } })
      }),
      { numRuns: 20 },
    ))
})
