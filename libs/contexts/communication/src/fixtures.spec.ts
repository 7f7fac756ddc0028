import { goldenFixtures } from '@rapport/testing'
import context from './index.ts'

const contact = {
  channel: 'phone',
  direction: 'inbound',
  participants: ['0192f0c1-7b7a-7c3e-8b8a-1234567890ab'],
  summary: 'Asked whether the training can start a week later.',
}

const id = (n: number) => `0192f0c1-7b7a-7c3e-8b8a-${String(n).padStart(12, '0')}`

const report = {
  period: { from: '2026-02-23', to: '2026-03-01' },
  audience: 'client',
  cadence: 'Weekly report',
  slot: '2026-W09',
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

goldenFixtures(context, import.meta.dirname, {
  ReportDrafted: { engagement: id(900), ...report },
  ReportIssued: report,
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
