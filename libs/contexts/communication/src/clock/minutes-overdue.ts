import { clockRule } from '@rapport/events'
import { meetingHeld, minutesCorrected, minutesOverdue as recorded, minutesRecorded } from '../meeting/events.ts'
import { minutesOverdue } from '../meeting/minutes-overdue.ts'

interface Waiting {
  readonly minutesDue: string
}

/** I-20: a held meeting waits for its minutes for two working days; what came later does not undo that they were overdue. */
export const minutesOverdueRule = clockRule({
  name: 'minutes-overdue',
  version: 1,
  on: [meetingHeld, minutesRecorded, minutesCorrected, recorded],
  evolve(doc: Waiting | undefined, event): Waiting | 'delete' {
    switch (event.type) {
      case 'MeetingHeld':
        return { minutesDue: event.data.minutesDue }
      case 'MinutesRecorded':
      case 'MinutesCorrected':
        return doc !== undefined && doc.minutesDue < event.occurredAt ? doc : 'delete'
      case 'MinutesOverdue':
        return 'delete'
    }
  },
  next: ({ minutesDue: due }, id) => ({ due, decision: minutesOverdue, id, key: id, body: {} }),
})
