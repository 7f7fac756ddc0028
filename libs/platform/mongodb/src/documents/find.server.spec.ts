import { expect, it } from '@jest/globals'
import { MemoryDocuments } from '@rapport/events'
import type { Found, Index, Query } from '@rapport/events'
import { onServers } from '@rapport/testing'
import fc from 'fast-check'
import { openDocuments } from '../index.ts'
import { dropAll, freshPrefix, serverName } from '../world.fixture.ts'

const { MONGODB_URL } = process.env
const name = MONGODB_URL === undefined ? 'MongoDB' : await serverName(MONGODB_URL)
const tenant = 't01'

await onServers(['mongodb'], ({ mongodb: url }) => {
  it(`find on ${name} answers every query as the memory does`, async () => {
    const prefix = freshPrefix()
    const stored = await openDocuments({ url, prefix })
    const memory = new MemoryDocuments()
    const texts = ['', 'a', 'a\u0000', 'ab', 'B', '﹏', '😀', '$gt', 'a.b']
    const numbers = [-1, 0, 0.5, 1, 2 ** 53 - 1]
    const indexes: readonly Index[] = [
      [{ field: 'a.b', type: 'string' }],
      [{ field: '$n', type: 'number' }],
      [
        { field: 'a.b', type: 'string' },
        { field: '$n', type: 'number' },
      ],
    ]
    try {
      for (const each of [stored, memory]) await each.declare({ name: 'c', indexes })
      const puts = Array.from({ length: 120 }, (_, n) => ({
        tenant: n % 3 === 0 ? 't02' : tenant,
        collection: 'c',
        id: `${texts[n % texts.length]!}${n}`,
        doc:
          n % 17 === 0
            ? ('deleted' as const)
            : {
                ...(n % 4 > 0 && { 'a.b': texts[(n * 5) % texts.length]! }),
                ...(n % 5 > 0 && { $n: numbers[(n * 3) % numbers.length]! }),
              },
        position: '1',
        expected: 'none' as const,
      }))
      for (const each of [stored, memory]) await each.write(puts)
      const text = fc.constantFrom(...texts)
      const number = fc.constantFrom(...numbers)
      const conditions = <T extends string | number>(field: string, value: fc.Arbitrary<T>) =>
        fc.oneof(
          fc.record({ field: fc.constant(field), eq: value }),
          fc.record({ field: fc.constant(field), in: fc.array(value, { maxLength: 4 }) }),
          fc
            .record({ gt: value, gte: value, lt: value, lte: value }, { requiredKeys: [] })
            .filter((range) => Object.keys(range).length > 0)
            .map((range) => ({ field, ...range })),
        )
      const query: fc.Arbitrary<Query> = fc
        .record({
          where: fc.array(fc.oneof(conditions('a.b', text), conditions('$n', number)), { maxLength: 2 }),
          field: fc.constantFrom(undefined, 'a.b', '$n'),
          direction: fc.constantFrom('asc' as const, 'desc' as const),
          limit: fc.integer({ min: 1, max: 40 }),
        })
        .map(({ where, field, direction, limit }) => ({
          where,
          limit,
          ...(field !== undefined && { sort: { field, direction } }),
        }))
      await fc.assert(
        fc.asyncProperty(query, async (asked) => {
          let after: Query['after']
          // Every page of the answer, each behind the last entry of the one before.
          for (;;) {
            const whole = { ...asked, ...(after && { after }) }
            const page = await stored.find(tenant, 'c', whole)
            expect(page).toEqual(await memory.find(tenant, 'c', whole))
            const last = page.at(-1)
            if (last === undefined || page.length < asked.limit) return
            after = behind(last, asked)
          }
        }),
        { numRuns: 120 },
      )
    } finally {
      await stored.close()
      await dropAll(url, prefix)
    }
  }, 60_000)
})

function behind({ id, doc }: Found, { sort }: Query): NonNullable<Query['after']> {
  const key = sort && (doc[sort.field] as string | number | undefined)
  return { id, ...(key !== undefined && { key }) }
}
