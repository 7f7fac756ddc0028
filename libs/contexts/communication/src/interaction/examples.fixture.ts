import { engagements } from '@rapport/contracts'
import { anId } from '@rapport/testing'

/** A contact that the specs begin with. */
export const call = {
  engagement: anId(900),
  channel: 'phone',
  direction: 'inbound',
  summary: 'Asked whether the training can start a week later.',
} as const

export const anna = anId(10)
const role = { person: anId(40), side: 'client', rights: [] } as const
/** What `anna` is to the engagement of the call, and what she must not be. */
export const here: engagements.StakeholderKnown = { ...role, engagement: call.engagement, removed: false }
export const elsewhere = { ...here, engagement: anId(902) }
export const removed = { ...here, removed: true, left: { occurredAt: '2026-02-28T12:00:00.000Z' } }
