import type { Json } from '@rapport/events'
import { asManager, type Days, type Step, type When } from './story.ts'
import type { Teller } from './teller.ts'

/** Whose engagement it is and who takes part; filled in by the first step of a story. */
export interface Cast {
  engagement: string
  plan: string
  /** Persons by the names that the story has for them. */
  readonly persons: Record<string, string>
  readonly stakeholders: Record<string, string>
}
export const nobody = (): Cast => ({ engagement: '', plan: '', persons: {}, stakeholders: {} })

/** One meeting of a cadence as it should be: scheduled some days before, held, its minutes on file the same day. */
export interface Held {
  readonly day: number
  readonly title: string
  readonly agenda: readonly string[]
  readonly text: string
  readonly decisions?: readonly string[]
  readonly requests?: readonly string[]
  readonly feedback?: string
  readonly actions?: readonly { readonly owner: string; readonly what: string; readonly due: number }[]
  readonly attendees: readonly string[]
  /** Anything else than the rule. */
  readonly heldOn?: When
  readonly minutesOn?: When
  readonly scheduledOn?: When
}

/** What the story of a rhythm is told with. */
export interface Setting {
  readonly cast: Cast
  readonly days: Days
  readonly manager: string
}

/** The ids of meetings, by the day for which they were planned. */
export type Meetings = Map<number, string>

const meeting = 'communication.meeting'

export const scheduled = (
  { cast, days, manager }: Setting,
  cadence: { readonly name: string; readonly at: string },
  { day, title, attendees, scheduledOn = [day - 6, '09:00'] }: Held,
  meetings: Meetings,
): Step => ({
  when: scheduledOn,
  async tell(t) {
    const id = await t.create(asManager(cast.persons[manager]!), meeting, 'schedule', {
      engagement: cast.engagement,
      title,
      startsAt: days.instant([day, cadence.at]),
      durationMinutes: 60,
      invited: attendees.map((who) => cast.stakeholders[who]!),
      cadence: cadence.name,
    })
    meetings.set(day, id)
  },
})

export async function hold(
  t: Teller,
  { cast, days, manager }: Setting,
  id: string,
  attendees: readonly string[],
  when: When,
): Promise<void> {
  const present = attendees.map((who) => cast.stakeholders[who]!)
  await t.act(asManager(cast.persons[manager]!), [meeting, id], 'hold', { attendees: present }, days.at(when))
}

export async function minutes(t: Teller, { cast, days, manager }: Setting, id: string, held: Held): Promise<void> {
  const { agenda, text, decisions, requests, feedback, actions } = held
  await t.act(asManager(cast.persons[manager]!), [meeting, id], 'record-minutes', {
    text,
    agenda: [...agenda],
    ...(decisions !== undefined && { decisions: [...decisions] }),
    ...(requests !== undefined && { verbalRequests: [...requests] }),
    ...(feedback !== undefined && { feedback }),
    ...(actions !== undefined && {
      actions: actions.map(({ owner, what, due }) => ({ owner: cast.persons[owner]!, what, due: days.date(due) })),
    }),
  })
}

/** The steps of a meeting that goes as planned. */
export function asPlanned(
  setting: Setting,
  cadence: { readonly name: string; readonly at: string },
  held: Held,
  meetings: Meetings,
): readonly Step[] {
  const { day, heldOn = [day, cadence.at], minutesOn = later(heldOn, 180) } = held
  return [
    scheduled(setting, cadence, held, meetings),
    {
      when: later(heldOn, 75),
      tell: (t) => hold(t, setting, meetings.get(day)!, held.attendees, heldOn),
    },
    { when: minutesOn, tell: (t) => minutes(t, setting, meetings.get(day)!, held) },
  ]
}

const later = ([day, time]: When, minutes: number): When => [
  day,
  Temporal.PlainTime.from(time).add({ minutes }).toString({ smallestUnit: 'minute' }),
]

/** Says that something is done which minutes had assigned. */
export async function done(t: Teller, { cast, manager }: Setting, what: string, evidence: string): Promise<void> {
  const id = await t.find('action-items', cast.engagement, (item) => item['what'] === what)
  await t.act(asManager(cast.persons[manager]!), ['communication.action-item', id], 'complete', { evidence })
}

/** A status report over the seven days that end on its slot's day. */
export interface Reported {
  readonly day: number
  readonly completed: readonly string[]
  readonly inProgress?: readonly string[]
  readonly notDone?: readonly string[]
  readonly risks?: readonly { readonly risk: string; readonly countermeasure: string }[]
  readonly nextSteps: readonly string[]
  readonly issuedOn?: When
}

/** Drafts and issues a report; answers its id. */
export async function report(
  t: Teller,
  { cast, days, manager }: Setting,
  cadence: { readonly name: string; readonly audience: 'client' | 'internal' },
  { day, completed, inProgress = [], notDone = [], risks = [], nextSteps }: Reported,
): Promise<string> {
  const who = asManager(cast.persons[manager]!)
  const body: Json = {
    engagement: cast.engagement,
    cadence: cadence.name,
    period: { from: days.date(day - 6), to: days.date(day) },
    audience: cadence.audience,
    completed: [...completed],
    inProgress: [...inProgress],
    notDone: [...notDone],
    risks: risks.map((risk) => ({ ...risk })),
    challenges: [],
    nextSteps: [...nextSteps],
  }
  const id = await t.create(who, 'communication.status-report', 'draft', body)
  await t.act(who, ['communication.status-report', id], 'issue')
  return id
}
