import { describe, expect, test } from '@jest/globals'
import { engagements as contract } from '@rapport/contracts'
import { anId, walkStream } from '@rapport/testing'
import engagements from '../index.ts'
import { engagement } from './events.ts'

describe('engagement', () => {
  test('whatever is sent, it is opened for a client that stands, by a person who does, and closed once', () =>
    walkStream(engagements, engagement, {
      known: [
        [contract.clientFact, anId(30), {}],
        [contract.clientFact, anId(31), { retired: true }],
        [contract.personFact, anId(40), {}],
        [contract.personFact, anId(41), { erased: true }],
      ],
      holds(all) {
        for (const { id, events } of all) {
          expect(events.slice(0, -1).map((e) => e.type)).not.toContain('EngagementClosed')
          expect(events[0]!.data).toMatchObject({ client: anId(30), manager: anId(40) })
          for (const { meta } of events) expect(meta).toMatchObject({ client: anId(30), engagement: id })
        }
      },
    }))
})
