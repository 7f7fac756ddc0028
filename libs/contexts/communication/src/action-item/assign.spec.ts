import { describe, expect, test } from '@jest/globals'
import { communication as contract, engagements } from '@rapport/contracts'
import { anId, ENGAGEMENT, given } from '@rapport/testing'
import { assign } from './assign.ts'
import { actionItem, actionItemAssigned } from './events.ts'
import { person, sendPlan } from './examples.fixture.ts'

const meeting = anId(50)
const knowing = (known: Partial<contract.MeetingKnown> = {}) =>
  given(actionItem)
    .fact(engagements.personFact, person, {})
    .fact(contract.meetingFact, meeting, { engagement: ENGAGEMENT, audience: 'client', ...known })

describe('action-item: assign', () => {
  test('I-23 one person is to do it until a day; it is internal unless it says otherwise', async () => {
    const [event] = await knowing()
      .when(assign, sendPlan)
      .thenRecorded([actionItemAssigned({ ...sendPlan, audience: 'internal' })])
    expect(event!.meta.visibility).toBe('internal')
  })

  test('what comes from a meeting is seen by whom the meeting is for, unless it says otherwise', async () => {
    const [event] = await knowing()
      .when(assign, { ...sendPlan, meeting })
      .thenRecorded([actionItemAssigned({ ...sendPlan, meeting, audience: 'client' })])
    expect(event!.meta.visibility).toBe('client')
    await knowing()
      .when(assign, { ...sendPlan, meeting, audience: 'internal' })
      .thenState({ audience: 'internal' })
  })

  test('the meeting is one of the engagement', () =>
    knowing({ engagement: anId(902) })
      .when(assign, { ...sendPlan, meeting })
      .thenRefused('meeting-elsewhere'))

  test('nobody who is erased, and nobody unknown, is to do anything', async () => {
    await given(actionItem)
      .fact(engagements.personFact, person, { erased: true })
      .when(assign, sendPlan)
      .thenRefused('owner-erased')
    await given(actionItem).when(assign, sendPlan).thenRefused('reference-not-found')
  })
})
