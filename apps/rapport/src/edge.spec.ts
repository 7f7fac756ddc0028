import { describe, expect, test } from '@jest/globals'
import communication from '@rapport/communication'
import engagements from '@rapport/engagements'
import { Registry, type Json } from '@rapport/events'
import { commandDto, commandRoutes, openApi } from '@rapport/service'
import { mutated } from '@rapport/testing'
import fc from 'fast-check'

const registry = new Registry([communication, engagements])
const decisions = registry.streams.flatMap((served) => served.decisions)

describe('every command of every context', () => {
  test('has an address of its own and stands in the OpenAPI document with an example that is accepted', () => {
    const document = openApi({ registry, views: [], version: '0.0.0' })
    expect(Object.keys(document.paths)).toEqual(commandRoutes(registry).map(({ path }) => path))
    for (const decision of decisions)
      expect([decision.stream.name, decision.name, commandDto(decision).faults(decision.example as Json)]).toEqual([
        decision.stream.name,
        decision.name,
        [],
      ])
  })

  test('has a DTO that accepts and refuses exactly what the command’s schema does', () => {
    for (const decision of decisions) {
      const { faults, schema } = commandDto(decision)
      fc.assert(
        fc.property(mutated(decision.example as Json), (body) => {
          const name = `${decision.stream.name} ${decision.name}`
          expect({ name, body, accepted: faults(body).length === 0 }).toEqual({
            name,
            body,
            accepted: schema.safeParse(body).success,
          })
        }),
        { numRuns: 400 },
      )
    }
  })
})
