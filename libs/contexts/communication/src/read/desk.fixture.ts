import { engagements } from '@rapport/contracts'
import { measured, reading, anId, ENGAGEMENT, OnMemory, type Reading, type Sent } from '@rapport/testing'
import type { AnyDecision, AnyMeasure, AnyReadModel, Doc } from '@rapport/events'
import { define } from '../communication-plan/define.ts'
import { schedule } from '../meeting/schedule.ts'
import { hold } from '../meeting/hold.ts'
import { draft } from '../status-report/draft.ts'
import { issue } from '../status-report/issue.ts'
import { log } from '../interaction/log.ts'
import communication from '../index.ts'

/** Anna of the client, Mia of ours; what somebody is to do is for Otto. */
export const [anna, mia, otto] = [anId(10), anId(11), anId(40)] as const

export const weekly = {
  meeting: { name: 'Weekly meeting', kind: 'meeting', weekday: 'wed', at: '10:00' },
  report: { name: 'Weekly report', kind: 'report', weekday: 'fri', at: '17:00' },
  call: { name: 'Weekly call', kind: 'call', weekday: 'mon', at: '09:00' },
} as const
/** A cadence of every week from March on, judged a day later. */
export const every = (of: (typeof weekly)[keyof typeof weekly], more: object = {}) => ({
  ...of,
  every: { unit: 'weeks', n: 1 },
  from: '2026-03-02',
  toleranceDays: 1,
  audience: 'client',
  ...more,
})

/** An engagement whose clock stands at the first of March 2026, and the commands that specs of read models send to it. */
export function desk() {
  const house = new OnMemory([communication])
  house.know(engagements.personFact, otto, {})
  for (const [id, side] of [
    [anna, 'client'],
    [mia, 'ours'],
  ] as const)
    house.know(engagements.stakeholderFact, id, { engagement: ENGAGEMENT, side })
  const send = async (time: string, decision: AnyDecision, body: object = {}, sent: Sent = {}): Promise<string> => {
    house.now = Temporal.Instant.from(time)
    const scoped = decision.creates === true ? { engagement: ENGAGEMENT, ...body } : body
    return (await house.send(decision, scoped, sent)).id
  }
  const parts = { completed: [], inProgress: [], notDone: [], risks: [], challenges: [], nextSteps: [] }
  return {
    house,
    send,
    /** The id of the n-th event of a stream. */
    event: async (kind: string, id: string, n = 0): Promise<string> =>
      (await house.events(`communication.${kind}`, id))[n]!.id,
    plan: (cadences: readonly object[], more: object = {}) =>
      send('2026-03-01T12:00:00Z', define, { cadences, ...more }),
    /** A meeting that is scheduled two days before it starts. */
    meet: (startsAt: string, more: object = {}) =>
      send(Temporal.Instant.from(startsAt).subtract({ hours: 48 }).toString(), schedule, {
        title: 'Weekly',
        startsAt,
        durationMinutes: 60,
        cadence: weekly.meeting.name,
        ...more,
      }),
    hold: (time: string, id: string, attendees = [anna, mia]) => send(time, hold, { attendees }, { id }),
    contact: (time: string, direction: 'inbound' | 'outbound', channel = 'email') =>
      send(time, log, { direction, channel, summary: 'Spoke.' }),
    report: async (time: string, to: string, more: object = {}): Promise<string> => {
      const period = { from: Temporal.PlainDate.from(to).subtract({ days: 6 }).toString(), to }
      const id = await send(time, draft, { ...parts, period, audience: 'client', cadence: weekly.report.name, ...more })
      return send(time, issue, {}, { id })
    },
    read: (model: AnyReadModel, how: Reading = {}): Promise<readonly Doc[]> => reading(house, model, how),
    measure: (of: AnyMeasure, from: string, to: string, how: Reading = {}) => measured(house, of, { from, to }, how),
  }
}
