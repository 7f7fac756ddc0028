import { goldenFixtures } from '@rapport/testing'
import context from './index.ts'

const contact = {
  channel: 'phone',
  direction: 'inbound',
  participants: ['0192f0c1-7b7a-7c3e-8b8a-1234567890ab'],
  summary: 'Asked whether the training can start a week later.',
}

const id = (n: number) => `0192f0c1-7b7a-7c3e-8b8a-${String(n).padStart(12, '0')}`

const ofWeek = {
  period: { from: '2026-02-23', to: '2026-03-01' },
  audience: 'client',
  cadence: 'Weekly report',
  slot: '2026-W09',
}
const report = {
  completed: ['Two of five tables are migrated.'],
  inProgress: ['The third table.'],
  notDone: ['The training plan.'],
  risks: [{ risk: 'The test data come late.', countermeasure: 'We make our own by Friday.' }],
  challenges: [{ challenge: 'Two systems share one database.', countermeasure: 'We split it in April.' }],
  nextSteps: ['Migrate the fourth table.'],
  mentions: { meetings: [id(50)], actionItems: [id(51)], disclosures: [id(52)] },
  asOf: '2026-03-01T12:00:00.000Z',
  figures: [
    {
      measure: 'proactive-share',
      version: 1,
      models: ['disclosures.v2'],
      value: '0.5000',
      n: 2,
      last: id(998),
      events: [id(997), id(998)],
    },
  ],
}

const cadence = {
  name: 'Weekly meeting',
  kind: 'meeting',
  every: { unit: 'weeks', n: 1 },
  weekday: 'wed',
  at: '10:00',
  from: '2026-03-04',
  toleranceDays: 1,
  audience: 'client',
  owner: id(40),
  channel: 'meeting',
}
const terms = {
  zone: 'Europe/Berlin',
  cadences: [cadence, { ...cadence, name: 'Monthly report', kind: 'report', every: { unit: 'months', n: 1 }, day: 31 }],
  silenceLimitDays: 10,
  deemedAgreementDays: 10,
  carryOverLimit: 2,
  workweek: ['mon', 'tue', 'wed', 'thu', 'fri'],
}
const turn = { slot: '2026-W10', plannedAt: '2026-03-04T09:00:00.000Z', due: '2026-03-05T09:00:00.000Z' }
const meetingPlace = { audience: 'client', cadence: 'Weekly meeting', slot: '2026-W11' }
const minutes = {
  text: 'Anna reported on the migration. Two of five tables are done.',
  agenda: ['Migration', 'Training'],
  feedback: 'The new list is what we hoped for.',
  decisions: ['The training comes before go-live.'],
  verbalRequests: ['A list of all open invoices on the first page.'],
  actions: [{ owner: id(40), what: 'Send the training plan.', due: '2026-03-20' }],
}

goldenFixtures(context, import.meta.dirname, {
  CommunicationPlanDefined: { engagement: id(900), ...terms },
  CommunicationPlanAmended: { ...terms, reason: 'Anna is away on Wednesdays.' },
  SlotMissed: { cadence: 'Weekly meeting', ...turn },
  ReportNotIssued: { cadence: 'Weekly report', ...turn },
  SilenceDetected: { since: '2026-03-02T09:00:00.000Z', lastContact: id(995), limitDays: 10 },
  MeetingScheduled: {
    engagement: id(900),
    title: 'Steering committee',
    startsAt: '2026-03-11T09:00:00.000Z',
    durationMinutes: 60,
    invited: [id(10), id(11)],
    ...meetingPlace,
    missedAfter: '2026-03-12T10:00:00.000Z',
  },
  MeetingRescheduled: {
    startsAt: '2026-03-12T09:00:00.000Z',
    missedAfter: '2026-03-13T10:00:00.000Z',
    reason: 'Anna is ill.',
  },
  MeetingHeld: {
    engagement: id(900),
    title: 'Kick-off',
    ...meetingPlace,
    attendees: [
      { stakeholder: id(10), side: 'client' },
      { stakeholder: id(11), side: 'ours' },
    ],
    minutesDue: '2026-03-13T10:00:00.000Z',
  },
  MeetingMissed: { due: '2026-03-12T10:00:00.000Z' },
  MinutesRecorded: minutes,
  MinutesCorrected: { version: 2, ...minutes, reason: 'We had it the wrong way round.' },
  MinutesConfirmed: { stakeholder: id(10), version: 2 },
  MinutesDisputed: { stakeholder: id(10), version: 1, reason: 'We did not agree to the date.' },
  MinutesOverdue: { due: '2026-03-13T10:00:00.000Z' },
  ReportDrafted: { engagement: id(900), ...ofWeek, ...report },
  ReportIssued: { ...ofWeek, ...report },
  ReportCorrected: { ...report, version: 2, replaces: id(996), reason: 'We forgot the dates.' },
  ReportAcknowledged: { stakeholder: id(10), version: 2, note: 'Thank you.' },
  BusinessReviewScheduled: {
    engagement: id(900),
    title: 'First quarter',
    startsAt: '2026-04-02T09:00:00.000Z',
    invited: [id(10)],
  },
  BusinessReviewHeld: {
    attendees: [{ stakeholder: id(10), side: 'client' }],
    valueDelivered: ['Permits are issued in four days instead of eleven.'],
    outcomes: ['The second district joins in autumn.'],
    nextPlan: 'Prepare the second district by August.',
  },
  ActionItemAssigned: {
    engagement: id(900),
    what: 'Send the migration plan to the client.',
    owner: id(40),
    due: '2026-03-13',
    meeting: id(50),
    audience: 'client',
  },
  ActionItemCompleted: { evidence: 'Sent by e-mail on Thursday.' },
  ActionItemCarriedOver: { due: '2026-03-20', reason: 'The client’s network team is away this week.', times: 3 },
  ActionItemEscalated: { times: 3, limit: 2 },
  DisclosureAcknowledged: {
    stakeholder: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    heardBefore: true,
    note: 'Thank you for telling us early.',
  },
  DisclosureCorrected: {
    kind: 'delay',
    subject: 'Data migration',
    impact: 'Go-live moves by two weeks.',
    countermeasure: 'A second team joins on Monday.',
    identifiedAt: '2026-02-27T09:00:00.000Z',
    raisedBy: 'client',
    reason: 'The estimate was too low.',
  },
  InteractionLogged: { ...contact, engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ac' },
  InteractionCorrected: { ...contact, reason: 'We mixed up two calls.' },
})
