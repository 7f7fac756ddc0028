import { describe, expect, test } from '@jest/globals'
import { ENGAGEMENT } from '@rapport/testing'
import { instantText, Refusal } from '@rapport/events'
import fc from 'fast-check'
import { clock } from '../clock.ts'
import { amend } from '../communication-plan/amend.ts'
import { dailyCall, weekly, weeklyReport } from '../communication-plan/examples.fixture.ts'
import { log } from '../interaction/log.ts'
import { cancel } from '../meeting/cancel.ts'
import { anna } from '../meeting/examples.fixture.ts'
import { hold } from '../meeting/hold.ts'
import { recordHeld } from '../meeting/record-held.ts'
import { recordMinutes } from '../meeting/record-minutes.ts'
import { reschedule } from '../meeting/reschedule.ts'
import { schedule } from '../meeting/schedule.ts'
import { clockedBy, contact, type ClockedHouse } from './house.fixture.ts'

const cadences = [weekly, weeklyReport, { ...dailyCall, every: { unit: 'days', n: 3 } }]
const begin = Temporal.Instant.from('2026-03-01T12:00:00Z')
const after = (hours: number) => instantText(begin.add({ hours }))
const DAYS = 90

/** Something that a project manager does: when, what, and to which of the meetings so far. */
const act = fc.record({
  hour: fc.integer({ min: 1, max: DAYS * 24 }),
  what: fc.constantFrom(
    'schedule',
    'schedule',
    'hold',
    'hold',
    'move',
    'cancel',
    'minutes',
    'file',
    'mail',
    'call',
    'amend',
  ),
  which: fc.nat(20),
  ahead: fc.integer({ min: 1, max: 14 * 24 }),
})
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never

async function does(
  h: ClockedHouse,
  plan: string,
  meetings: string[],
  { hour, what, which, ahead }: Act,
): Promise<void> {
  const id = meetings.length === 0 ? undefined : meetings[which % meetings.length]
  const [now, startsAt] = [after(hour), after(hour + ahead)]
  const planned = { title: 'Weekly', startsAt, durationMinutes: 60, ...(which % 3 > 0 && { cadence: weekly.name }) }
  const attendees = which % 4 > 0 ? [anna] : []
  switch (what) {
    case 'schedule':
      return void meetings.push(await h.does(now, schedule, planned))
    case 'file':
      return void meetings.push(await h.does(now, recordHeld, { title: 'Ad hoc', attendees }))
    case 'hold':
      return void (await h.does(now, hold, { attendees: [anna] }, id))
    case 'move':
      return void (await h.does(now, reschedule, { startsAt, reason: 'Ill.' }, id))
    case 'cancel':
      return void (await h.does(now, cancel, { reason: 'Settled.' }, id))
    case 'minutes':
      return void (await h.does(now, recordMinutes, { text: 'All said.' }, id))
    case 'mail':
      return void (await h.does(now, log, contact({ direction: which % 2 ? 'inbound' : 'outbound' })))
    case 'call':
      return void (await h.does(now, log, contact({ channel: 'phone' })))
    case 'amend': {
      const other = cadences.map((cadence) => ({ ...cadence, toleranceDays: which % 5 }))
      const silence = which % 2 ? { silenceLimitDays: 4 + (which % 7) } : {}
      return void (await h.does(now, amend, { cadences: which % 3 ? other : other.slice(1), ...silence }, plan))
    }
  }
}

/** Types and instants of all that happened, a stream each, and what was refused. */
async function told(acts: readonly Act[], ticks: readonly number[]): Promise<readonly string[]> {
  const h = await clockedBy(...clock)
  const plan = await h.plans({ cadences })
  const meetings: string[] = []
  const refused: string[] = []
  const steps = [
    ...acts.map((a, n) => ({ hour: a.hour, n, act: a as Act | undefined })),
    ...ticks.map((hour) => ({ hour, n: -1, act: undefined })),
  ]
  for (const { act: next, hour } of steps.sort((a, b) => a.hour - b.hour || a.n - b.n)) {
    if (next === undefined) await h.clocked.at(after(hour))
    else
      await does(h, plan, meetings, next).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error
        refused.push(`${hour} ${next.what} ${error.code}`)
      })
  }
  await h.clocked.at(after((DAYS + 20) * 24))
  expect(h.clocked.refused).toEqual([])
  const { rhythms } = (await h.clocked.waiting(clock[0]!, ENGAGEMENT)) as unknown as { rhythms: { kept: unknown[] }[] }
  for (const { kept } of rhythms) expect(kept.length).toBeLessThan(12)
  const events = h.house.store.log.all.map((stored) => h.house.registry.read(stored))
  await h.clocked.stop()
  const streams = Map.groupBy(events, ({ stream }) => stream)
  const all = [...streams].map(
    ([stream, of]) =>
      `${stream} ${of
        .map((e) => `${e.type} ${e.occurredAt}`)
        .sort()
        .join(', ')}`,
  )
  return [...all.sort(), ...refused.filter((line) => !line.endsWith('not-found'))]
}

describe('the clock of communication', () => {
  test('I-20 I-27 I-29 a standstill of the clock changes nothing of what is recorded, whatever was done meanwhile', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 20, maxLength: 60, size: 'max' }),
        fc.array(fc.integer({ min: 1, max: DAYS * 24 }), { maxLength: 12 }),
        async (acts, ticks) => {
          const always = Array.from({ length: DAYS * 4 }, (_, n) => n * 6)
          expect(await told(acts, ticks)).toEqual(await told(acts, always))
        },
      ),
      { numRuns: 15 },
    ))
})
