import { communication as contract } from '@rapport/contracts'
import { reaction, type Json, type Reply } from '@rapport/events'
import { assign } from '../action-item/assign.ts'

/** Each action in recorded minutes becomes an action item of its owner, seen by whom the meeting is for. */
export const whenMinutesHoldAnActionAssignIt = reaction({
  name: 'when-minutes-hold-an-action-assign-it',
  summary: 'Assigns each action that minutes hold to its owner.',
  on: [contract.MinutesRecorded],
  from: 'beginning',
  // What was agreed in meetings of the past is no task of today.
  onImported: 'no',
  react({ data, engagement, streamId: meeting }): readonly Reply[] {
    if (engagement === undefined) return []
    // Texts that were erased since are nobody's task any more; they are erased all at once.
    if (data.actions.some(({ what }) => typeof what !== 'string')) return []
    return data.actions.map((action) => ({
      decision: assign,
      body: { engagement, meeting, ...action } as unknown as Json,
    }))
  },
})
