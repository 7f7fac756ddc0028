import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compareUtf8, MemoryEventStore, MemoryKeys } from './index.ts'

const kid = 'person/0192f0c1-7b7a-7c3e-8b8a-1234567890ab'
const all = async (keys: MemoryKeys, tenant: string, subject = kid): Promise<unknown> => [
  await keys.secrets(tenant, true),
  await keys.create(tenant, subject),
]

describe('MemoryKeys', () => {
  it('derives the same keys and secrets from the same seed, tenant and kid, and others from any other', async () => {
    const first = await all(new MemoryKeys({ seed: 'a' }), 't01')
    expect(await all(new MemoryKeys({ seed: 'a' }), 't01')).toEqual(first)
    expect(await all(new MemoryKeys({ seed: 'b' }), 't01')).not.toEqual(first)
    expect(await all(new MemoryKeys({ seed: 'a' }), 't02')).not.toEqual(first)
    expect(await all(new MemoryKeys({ seed: 'a' }), 't01', kid.replace('person', 'engagement'))).not.toEqual(first)
  })

  it('makes random ones without a seed', async () => {
    expect(await all(new MemoryKeys(), 't01')).not.toEqual(await all(new MemoryKeys(), 't01'))
  })
})

describe('compareUtf8', () => {
  it('orders as the UTF-8 bytes do', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, text, (shared, a, b) => {
        const [x, y] = [shared + a, shared + b]
        expect(Math.sign(compareUtf8(x, y))).toBe(Buffer.compare(Buffer.from(x), Buffer.from(y)))
      }),
      { numRuns: 500 },
    )
  })
})

describe('MemoryEventStore', () => {
  it('gives positions of 20 digits', async () => {
    const stream = 'quality.finding-t01~0192f0c1-7b7a-7c3e-8b8a-1234567890ab'
    const event = { id: '0192f0c1-7b7a-7c3e-8b8a-1234567890ab', type: 'Found', metadata: '{}', data: '{}' }
    expect((await new MemoryEventStore().append(stream, [event], 'none')).position).toBe('00000000000000000001')
  })
})
