import { describe, expect, test } from '@jest/globals'
import { walkStream } from '@rapport/testing'
import fc from 'fast-check'
import engagements from '../index.ts'
import { imports } from './events.ts'

const source = fc.constantFrom('boston311', 'nashville')
const mapping = fc.constantFrom('5e'.repeat(32), '00'.repeat(32))
const few = fc.nat(2)

describe('import', () => {
  test('whatever is sent, one import of a source and mapping is open, and an ended one stays as it is', () =>
    walkStream(engagements, imports, {
      bodies: {
        start: fc.record({ source, mapping }),
        complete: fc.record({ rows: fc.nat(4), recorded: few, unchanged: few, rejected: few }),
      },
      holds(all) {
        const open: string[] = []
        for (const { events, state } of all) {
          const ends = events.filter((e) => e.type === 'ImportCompleted' || e.type === 'ImportAbandoned')
          expect(ends).toEqual(state.ended ? events.slice(-1) : [])
          expect(new Set(state.engagements).size).toBe(state.engagements.length)
          if (!state.ended) open.push(JSON.stringify(events[0]!.data))
        }
        expect(new Set(open).size).toBe(open.length)
      },
    }))
})
