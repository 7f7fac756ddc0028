import { anId } from '@rapport/testing'

/** A disclosure that the specs begin with. */
export const delay = {
  engagement: anId(900),
  kind: 'delay',
  subject: 'Data migration',
  impact: 'Go-live moves by one week.',
  countermeasure: 'A second team joins on Monday.',
  identifiedAt: '2026-02-27T09:00:00.000Z',
  raisedBy: 'us',
} as const
