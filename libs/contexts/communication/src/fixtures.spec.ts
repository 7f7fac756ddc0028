import { goldenFixtures } from '@rapport/testing'
import context from './index.ts'

const contact = {
  channel: 'phone',
  direction: 'inbound',
  participants: ['0192f0c1-7b7a-7c3e-8b8a-1234567890ab'],
  summary: 'Asked whether the training can start a week later.',
}

const id = (n: number) => `0192f0c1-7b7a-7c3e-8b8a-${String(n).padStart(12, '0')}`

goldenFixtures(context, import.meta.dirname, {
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
