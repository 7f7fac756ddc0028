import { describe, expect, test } from '@jest/globals'
import { normaliseMail } from '@rapport/events'
import { walkStream } from '@rapport/testing'
import fc from 'fast-check'
import engagements from '../index.ts'
import { person } from './events.ts'

const mail = fc.constantFrom('anna@riverside.example', 'Anna@Riverside.example', 'li@riverside.example')

describe('person', () => {
  test('whatever is sent, an erased person accepts nothing and one address is one person', () =>
    walkStream(engagements, person, {
      bodies: { register: fc.record({ name: fc.constantFrom('Anna', 'Li'), mail }, { requiredKeys: ['name'] }) },
      holds(persons) {
        const addresses: string[] = []
        for (const { events, state } of persons) {
          const types = events.map((e) => e.type)
          expect(types.slice(0, -1)).not.toContain('PersonErased')
          expect(types.filter((type) => type === 'PersonMerged').length).toBeLessThan(2)
          if (!state.erased) {
            const registered = events[0]!.data['mail']
            if (registered !== undefined) addresses.push(normaliseMail(String(registered)))
            continue
          }
          const into = persons.find(({ id }) => id === state.mergedInto)
          // A record goes with the person that it was merged into; a person at the request of somebody else.
          if (state.mergedInto !== undefined) expect(into?.state.erased).toBe(true)
          else {
            const requested = events.findLast((e) => e.type === 'PersonErasureRequested')!
            expect(events.at(-1)!.actor.id).not.toBe(requested.actor.id)
          }
          expect(state.name).toEqual({ erased: true })
          for (const { data } of events) expect(data['name'] ?? { erased: true }).toEqual({ erased: true })
        }
        expect(new Set(addresses).size).toBe(addresses.length)
      },
    }))

  test('whatever is sent, merges never go in a circle', () =>
    walkStream(engagements, person, {
      holds(persons) {
        const into = new Map(persons.map(({ id, state }) => [id, state.mergedInto as string | undefined]))
        for (const { id } of persons) {
          const met = new Set<string>()
          for (let at: string | undefined = id; at !== undefined; at = into.get(at)) {
            expect(met).not.toContain(at)
            met.add(at)
          }
        }
      },
    }))
})
