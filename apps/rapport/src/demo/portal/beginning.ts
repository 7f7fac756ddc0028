import type { Json } from '@rapport/events'
import type { Step } from '../story.ts'
import { admin, type Teller } from '../teller.ts'
import { person, Portal, stakeholder, statusReport, step, weekly, weeklyReport, zone } from './setting.ts'

async function begin(p: Portal, t: Teller): Promise<void> {
  for (const [key, name, office] of [
    ['anna', 'Anna Berg', 'studio'],
    ['tom', 'Tom Hale', 'studio'],
    ['freya', 'Freya Jonsdottir', 'harbour-city'],
    ['olaf', 'Olaf Einarson', 'harbour-city'],
    ['mia', 'Mia Lund', 'harbour-city'],
  ] as const)
    p.cast.persons[key] = await t.create(admin('first'), person, 'register', { name, mail: `${key}@${office}.example` })
  const city = await t.create(p.pm, 'engagements.client', 'register', { name: 'Harbour City' })
  p.keep('city', city)
  p.cast.engagement = await t.create(p.pm, 'engagements.engagement', 'open', {
    client: city,
    name: 'Citizen portal',
    manager: p.cast.persons['anna']!,
    start: p.days.date(-90),
    zone,
  })
  for (const [key, side, role, rights] of [
    ['anna', 'ours', 'Project manager', []],
    ['tom', 'ours', 'Lead developer', []],
    ['freya', 'client', 'Head of IT', ['sign-minutes', 'accept-deliverables']],
    ['olaf', 'client', 'Sponsor', ['approve-changes']],
    ['mia', 'client', 'Tester', []],
  ] as const)
    p.cast.stakeholders[key] = await t.create(p.pm, stakeholder, 'add', {
      engagement: p.cast.engagement,
      person: p.cast.persons[key]!,
      side,
      role,
      rights: [...rights],
    })
}

/** The plan: a weekly meeting, a weekly report, a monthly call. */
export const terms = ({ cast, days }: Portal, silenceLimitDays: number): { readonly [name: string]: Json } => ({
  cadences: [
    { ...weekly, kind: 'meeting', every: { unit: 'days', n: 7 }, from: days.date(-86), toleranceDays: 1 },
    {
      name: weeklyReport.name,
      kind: 'report',
      every: { unit: 'days', n: 7 },
      at: '16:00',
      from: days.date(-84),
      toleranceDays: 2,
    },
    {
      name: 'Monthly call',
      kind: 'call',
      every: { unit: 'days', n: 28 },
      at: '11:00',
      from: days.date(-84),
      toleranceDays: 5,
    },
  ].map((cadence) => ({ audience: 'client', owner: cast.persons['anna']!, ...cadence })),
  silenceLimitDays,
  carryOverLimit: 2,
  // The days of a demo are counted from the day on which it is made, so no day of the week is a holiday.
  workweek: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
})

/** Who is who, the plan, and what turned out to be wrong in the first days. */
export const beginning = (p: Portal): readonly Step[] => [
  step(-90, '09:00', (t) => begin(p, t)),
  step(-88, '09:30', async (t) => {
    const body = { engagement: p.cast.engagement, ...terms(p, 10) }
    p.cast.plan = await t.create(p.pm, 'communication.communication-plan', 'define', body)
  }),
  step(-86, '16:30', (t) =>
    t.act(p.client('freya'), p.meeting(-86), 'confirm-minutes', { stakeholder: p.stakeholder('freya') }),
  ),
  step(-85, '10:00', async (t) => {
    const twice = await t.create(p.pm, person, 'register', { name: 'Freya J.' })
    await t.act(p.pm, [person, twice], 'merge', { into: p.cast.persons['freya']! })
    await t.act(p.pm, [person, p.cast.persons['olaf']!], 'correct', { name: 'Olaf Einarsson' })
  }),
  step(-83, '10:30', (t) =>
    t.act(p.client('freya'), p.of(statusReport, 'report -84'), 'acknowledge', {
      stakeholder: p.stakeholder('freya'),
      note: 'This is what we want to read every week.',
    }),
  ),
  step(-60, '11:00', (t) =>
    t.act(p.pm, p.of('engagements.client', 'city'), 'rename', { name: 'Harbour City Council' }),
  ),
]
