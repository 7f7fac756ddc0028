import { communication as contract } from '@rapport/contracts'
import { decision, isBefore } from '@rapport/events'
import { disclosure, disclosureMade } from './events.ts'

export const disclose = decision(disclosure, 'disclose', {
  summary: 'Tells the client of a problem, risk, challenge, delay or defect, with the countermeasure.',
  creates: true,
  rules: ['I-30', 'I-31'],
  roles: ['pm'],
  command: contract.DisclosureMade.shape,
  errors: { 'identified-after-telling': 'identifiedAt lies after the disclosure itself.' },
  example: {
    engagement: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab',
    kind: 'delay',
    subject: 'Data migration',
    impact: 'Go-live moves by one week.',
    countermeasure: 'A second team joins on Monday.',
    identifiedAt: '2026-03-02T09:00:00Z',
    raisedBy: 'us',
  },
  decide(_, command, { occurred, refuse }) {
    if (isBefore(occurred, { occurredAt: command.identifiedAt })) return refuse('identified-after-telling')
    return [disclosureMade(command)]
  },
})
