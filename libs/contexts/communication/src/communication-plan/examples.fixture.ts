import type { communication as contract } from '@rapport/contracts'
import type { Plain } from '@rapport/events'
import { anId } from '@rapport/testing'

/** Cadences that the specs plan with; 4 March 2026 is a Wednesday. */
export const weekly: contract.Cadence = {
  name: 'Weekly meeting',
  kind: 'meeting',
  every: { unit: 'weeks', n: 1 },
  weekday: 'wed',
  at: '10:00',
  from: '2026-03-04',
  toleranceDays: 1,
  audience: 'client',
}
export const weeklyReport: contract.Cadence = {
  ...weekly,
  name: 'Weekly report',
  kind: 'report',
  weekday: 'fri',
  at: '17:00',
}
export const dailyCall: contract.Cadence = {
  name: 'Daily call',
  kind: 'call',
  every: { unit: 'days', n: 1 },
  at: '09:00',
  from: '2026-03-02',
  toleranceDays: 0,
  audience: 'client',
}

/** A plan, in force from 1 March 2026, noon. */
export const plan: Plain<typeof contract.CommunicationPlanDefined.shape> = {
  engagement: anId(900),
  zone: 'Europe/Berlin',
  cadences: [weekly, weeklyReport],
  silenceLimitDays: 10,
  carryOverLimit: 2,
  workweek: ['mon', 'tue', 'wed', 'thu', 'fri'],
}
