import { describe, expect, test } from '@jest/globals'
import { anId, ENGAGEMENT } from '@rapport/testing'
import { whenMinutesHoldAnActionAssignIt as reaction } from './when-minutes-hold-an-action-assign-it.ts'

const minutes = { text: 'Anna reported.', agenda: [], decisions: [], verbalRequests: [] }
const action = (n: number) => ({ owner: anId(40 + n), what: `Task ${n}`, due: '2026-03-11' })
const heard = (actions: readonly unknown[], more: object = {}) =>
  reaction.react({
    type: 'MinutesRecorded',
    id: anId(1),
    streamId: anId(50),
    tenant: 'spec',
    engagement: ENGAGEMENT,
    occurredAt: '2026-03-04T10:00:00.000Z',
    data: { ...minutes, actions },
    ...more,
  } as Parameters<typeof reaction.react>[0])

describe(reaction.name, () => {
  test('each action is assigned to its owner, with the meeting that it comes from', () => {
    expect(heard([action(1), action(2)]).map(({ decision, id, body }) => [decision.name, id, body])).toEqual([
      ['assign', undefined, { engagement: ENGAGEMENT, meeting: anId(50), ...action(1) }],
      ['assign', undefined, { engagement: ENGAGEMENT, meeting: anId(50), ...action(2) }],
    ])
  })

  test('what it sends fits the decision', () => {
    for (const { decision, body } of heard([action(1)])) expect(decision.schema.safeParse(body).success).toBe(true)
  })

  test('minutes without actions, and texts that are erased by now, assign nothing', () => {
    expect(heard([])).toEqual([])
    expect(heard([action(1), { ...action(2), what: { erased: true } }])).toEqual([])
    expect(heard([action(1)], { engagement: undefined })).toEqual([])
  })

  test('minutes of the past are heard where the reaction is new, imported ones are not', () => {
    expect([reaction.from, reaction.onImported]).toEqual(['beginning', 'no'])
  })
})
