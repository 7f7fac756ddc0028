import { describe, expect, test } from '@jest/globals'
import type { Json } from '@rapport/events'
import { mutated } from '@rapport/testing'
import fc from 'fast-check'
import { z } from 'zod'
import { commandDto } from './command-body.ts'
import { decisions } from './world.fixture.ts'

describe('a command’s DTO', () => {
  test('accepts its example', () => {
    for (const decision of decisions) expect(commandDto(decision).faults(decision.example as Json)).toEqual([])
  })

  test('accepts and refuses exactly what the command’s schema does', () => {
    for (const decision of decisions) {
      const dto = commandDto(decision)
      const seen = { accepted: 0, refused: 0 }
      fc.assert(
        fc.property(mutated(decision.example as Json), (body) => {
          const faults = dto.faults(body)
          seen[faults.length > 0 ? 'refused' : 'accepted']++
          expect({ body, accepted: faults.length === 0 }).toEqual({
            body,
            accepted: dto.schema.safeParse(body).success,
          })
        }),
        { numRuns: 1500 },
      )
      expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100)
    }
  })

  test('a field named occurredAt, or like what every object has, is a mistake that shows at the start', () => {
    for (const name of ['occurredAt', 'constructor', 'toString'])
      expect(() => commandDto({ ...decisions[0]!, command: { [name]: z.string() } })).toThrow(`has a field ${name}`)
  })
})
