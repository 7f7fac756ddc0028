import { anId } from '@rapport/testing'

export const anna = {
  engagement: anId(900),
  person: anId(40),
  side: 'client',
  role: 'Head of IT',
  rights: ['accept-deliverables'],
} as const
export const left = { reason: 'She left the council.' }
