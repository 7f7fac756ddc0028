import { engagements } from '@rapport/contracts'
import { anId, ENGAGEMENT } from '@rapport/testing'
import type { New } from '@rapport/events'
import { meetingHeld, meetingScheduled, minutesRecorded } from './events.ts'
import type { Meeting } from './state.ts'

/** What a spec takes as given. */
export type Events = readonly New<string, Meeting>[]

/** A client, and somebody of ours. */
export const anna = anId(10)
export const ben = anId(11)
const role = { person: anId(40), engagement: ENGAGEMENT, removed: false } as const
export const annaKnown: engagements.StakeholderKnown = { ...role, side: 'client', rights: ['sign-minutes'] }
export const benKnown: engagements.StakeholderKnown = { ...role, side: 'ours', rights: [] }

/** A meeting of Wednesday, 11 March 2026, ten to eleven in Berlin; the specs schedule it on 1 March. */
export const steering = {
  engagement: ENGAGEMENT,
  title: 'Steering committee',
  startsAt: '2026-03-11T09:00:00.000Z',
  durationMinutes: 60,
} as const
export const scheduled = meetingScheduled(
  { ...steering, audience: 'client', missedAfter: '2026-03-12T10:00:00.000Z' },
  { visibility: 'client' },
)
export const held = meetingHeld(
  {
    audience: 'client',
    attendees: [
      { stakeholder: anna, side: 'client' },
      { stakeholder: ben, side: 'ours' },
    ],
    minutesDue: '2026-03-13T10:00:00.000Z',
  },
  { visibility: 'client' },
)
export const said = {
  text: 'Anna reported on the migration.',
  agenda: ['Migration', 'Training'],
  decisions: ['The training comes before go-live.'],
  verbalRequests: [],
  actions: [{ owner: anId(40), what: 'Send the training plan', due: '2026-03-20' }],
}
export const recorded = minutesRecorded(said, { visibility: 'client' })

/** It is a day later than what is given, unless `now` says otherwise. */
export const at = (occurredAt: string, now = occurredAt) => ({ now, occurred: { occurredAt } })
