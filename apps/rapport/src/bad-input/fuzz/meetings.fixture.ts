import type { Recipe } from './desk.fixture.ts'
import { act, both, create, myself, noCadence, path } from './acts.fixture.ts'

/** Meetings and what becomes of them. */
export const meetings: Readonly<Record<string, Recipe>> = {
  [path('meetings')]: create('meetings', {
    other: (desk) => ({ startsAt: desk.inDays(1 + desk.next() * 300), ...noCadence }),
    then: 'scheduled',
  }),
  [path('meetings/record-held')]: create('meetings/record-held', {
    other: (desk, { ours, theirs }) => ({
      minutes: desk.unique('What was said'),
      attendees: [ours, theirs.id],
      audience: 'client',
      ...noCadence,
    }),
    then: 'minuted',
  }),
  [path('meetings/{id}/reschedule')]: act('meetings/{id}/reschedule', 'scheduled', 'meetings', {
    other: (desk) => ({ startsAt: desk.inDays(1 + desk.next() * 300) }),
  }),
  [path('meetings/{id}/cancel')]: act('meetings/{id}/cancel', 'scheduled', 'meetings', { once: true }),
  [path('meetings/{id}/hold')]: act('meetings/{id}/hold', 'scheduled', 'meetings', {
    once: true,
    other: both,
    then: 'held',
  }),
  [path('meetings/{id}/record-minutes')]: act('meetings/{id}/record-minutes', 'held', 'meetings/{id}/hold', {
    once: true,
  }),
  [path('meetings/{id}/correct-minutes')]: act('meetings/{id}/correct-minutes', 'minuted', 'meetings/record-held', {
    other: (desk) => ({ text: desk.unique('What was said after all') }),
  }),
  [path('meetings/{id}/confirm-minutes')]: act('meetings/{id}/confirm-minutes', 'minuted', 'meetings/record-held', {
    as: 'client',
    once: true,
    other: myself,
  }),
  [path('meetings/{id}/dispute-minutes')]: act('meetings/{id}/dispute-minutes', 'minuted', 'meetings/record-held', {
    as: 'client',
    other: myself,
  }),
}
