import { describe, expect, test } from '@jest/globals'
import { engagements as contract } from '@rapport/contracts'
import { anId, ENGAGEMENT, walkStream } from '@rapport/testing'
import fc from 'fast-check'
import engagements from '../index.ts'
import { stakeholder } from './events.ts'

const anna = anId(40)
const erased = anId(41)
const closed = anId(50)

describe('stakeholder', () => {
  test('I-03 whatever is sent, only a client stakeholder who stands holds rights, each once', () =>
    walkStream(engagements, stakeholder, {
      known: [
        [contract.personFact, anna, {}],
        [contract.personFact, erased, { erased: true }],
        [contract.engagementFact, closed, { client: anId(30), closed: true }],
      ],
      bodies: {
        add: fc.record({
          engagement: fc.constantFrom(ENGAGEMENT, ENGAGEMENT, ENGAGEMENT, closed),
          person: fc.constantFrom(anna, anna, anna, erased),
          side: fc.constantFrom('client', 'client', 'ours'),
          role: fc.constant('Head of IT'),
          rights: fc.array(fc.constantFrom(...contract.right.options), { maxLength: 4 }),
        }),
      },
      holds(all) {
        for (const { events, state } of all) {
          const rights = state.rights as readonly string[]
          expect(new Set(rights).size).toBe(rights.length)
          if (state.side === 'ours' || state.removed) expect(rights).toEqual([])
          expect(events.slice(0, -1).map((e) => e.type)).not.toContain('StakeholderRemoved')
          expect(events[0]!.data).toMatchObject({ person: anna, engagement: ENGAGEMENT })
        }
      },
    }))
})
