import { clockRule } from '@rapport/events'
import {
  meetingCancelled,
  meetingHeld,
  meetingMissed,
  meetingRescheduled,
  meetingScheduled,
} from '../meeting/events.ts'
import { miss } from '../meeting/miss.ts'

interface Waiting {
  readonly missedAfter: string
}

/** A meeting waits to be held, cancelled or moved until the end of its tolerance; what came later does not undo that it was missed. */
export const meetingMissedRule = clockRule({
  name: 'meeting-missed',
  version: 1,
  on: [meetingScheduled, meetingRescheduled, meetingHeld, meetingCancelled, meetingMissed],
  evolve(doc: Waiting | undefined, event): Waiting | 'delete' {
    switch (event.type) {
      case 'MeetingScheduled':
      case 'MeetingRescheduled':
        return { missedAfter: event.data.missedAfter }
      case 'MeetingHeld':
        return doc !== undefined && doc.missedAfter < event.occurredAt ? doc : 'delete'
      case 'MeetingCancelled':
      case 'MeetingMissed':
        return 'delete'
    }
  },
  next: ({ missedAfter: due }, id) => ({ due, decision: miss, id, key: `${id}/${due}`, body: {} }),
})
