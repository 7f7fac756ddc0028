import type { Doc, Found, Query } from '@rapport/events'
import { same } from '../check.ts'
import type { Case } from '../suite.ts'
import { documentsPromise, pos, T1 } from './world.ts'
import type { DocumentsHandle, World } from './world.ts'

/** Texts in the order of their UTF-8 bytes. By UTF-16 units 😀 would stand before ﹏; by a collation a before B. */
const ordered = [
  '',
  '\u0000',
  ' ',
  '10',
  '9',
  'A',
  'B',
  'a',
  'a\u0000',
  'a\u0000b',
  'a ',
  'ab',
  'e\u0301',
  'z',
  'é',
  '会',
  '\ud7ff',
  '\ue000',
  '﹏',
  '\uffff',
  '😀',
  '😁',
]
const numbers = [
  Number.MIN_SAFE_INTEGER,
  -2.5,
  -2,
  0,
  5e-324,
  0.1,
  1,
  9,
  10,
  2 ** 31,
  2 ** 32 + 0.5,
  2 ** 53 - 2,
  2 ** 53 - 1,
  1e21,
  1e300,
]

const fill = async ({ put }: World, docs: Readonly<Record<string, Doc>>): Promise<void> => {
  for (const [id, doc] of Object.entries(docs)) await put(id, doc)
}
const some = {
  a: { name: 'x', size: 3, state: 'open' },
  b: { name: 'y', size: 1, state: 'open' },
  c: { name: 'x', size: 2, state: 'closed' },
  d: { name: 'X', state: 'open' },
  e: { size: 10 },
  f: {},
}
const sorts = [undefined, 'name', 'size', 'state'].flatMap((field) =>
  (['asc', 'desc'] as const).map((direction) => (field ? { field, direction } : undefined)),
)

/** §5 find: what it gives. */
export const finding: readonly Case<DocumentsHandle>[] = [
  documentsPromise('§5 find by equality, in and range on declared fields', async (world) => {
    await fill(world, some)
    const { ids } = world
    same(await ids({ where: [{ field: 'name', eq: 'x' }] }), ['a', 'c'], 'eq')
    same(await ids({ where: [{ field: 'size', eq: 1 }] }), ['b'], 'eq of a number')
    same(await ids({ where: [{ field: 'name', in: ['y', 'X', 'none'] }] }), ['b', 'd'], 'in')
    same(await ids({ where: [{ field: 'size', in: [3, 10, 3] }] }), ['a', 'e'], 'in of numbers')
    same(await ids({ where: [{ field: 'size', in: [] }] }), [], 'in of nothing')
    same(await ids({ where: [{ field: 'size', gt: 2 }] }), ['a', 'e'], 'gt')
    same(await ids({ where: [{ field: 'size', gte: 2 }] }), ['a', 'c', 'e'], 'gte')
    same(await ids({ where: [{ field: 'size', lt: 3 }] }), ['b', 'c'], 'lt')
    same(await ids({ where: [{ field: 'size', lte: 3 }] }), ['a', 'b', 'c'], 'lte')
    same(await ids({ where: [{ field: 'size', gt: 1, lte: 3 }] }), ['a', 'c'], 'a range')
    same(await ids({ where: [{ field: 'name', gte: 'X', lt: 'y' }] }), ['a', 'c', 'd'], 'a range of texts')
    same(await ids({ where: [{ field: 'size', gt: 3, lt: 2 }] }), [], 'an empty range')
  }),

  documentsPromise('§5 several conditions must all hold', async (world) => {
    await fill(world, some)
    const { ids } = world
    same(
      await ids({
        where: [
          { field: 'state', eq: 'open' },
          { field: 'size', gte: 2 },
        ],
      }),
      ['a'],
      'two fields',
    )
    same(
      await ids({
        where: [
          { field: 'size', gte: 2 },
          { field: 'size', lt: 10 },
        ],
      }),
      ['a', 'c'],
      'one field twice',
    )
    same(
      await ids({
        where: [
          { field: 'name', eq: 'x' },
          { field: 'name', eq: 'y' },
        ],
      }),
      [],
      'a contradiction',
    )
    same(await ids({ where: [] }), ['a', 'b', 'c', 'd', 'e', 'f'], 'none')
  }),

  documentsPromise('§5 absent matches nothing', async (world) => {
    await fill(world, some)
    const { ids } = world
    same(await ids({ where: [{ field: 'size', lt: 1e9 }] }), ['a', 'b', 'c', 'e'], 'lt')
    same(await ids({ where: [{ field: 'size', gt: -1e9 }] }), ['a', 'b', 'c', 'e'], 'gt')
    same(await ids({ where: [{ field: 'name', gte: '' }] }), ['a', 'b', 'c', 'd'], 'gte of the empty text')
    same(await ids({ where: [{ field: 'name', eq: '' }] }), [], 'eq of the empty text')
    same(await ids({ where: [{ field: 'size', eq: 0 }] }), [], 'eq of 0')
    same(await ids({ where: [{ field: 'state', in: ['open', 'closed', ''] }] }), ['a', 'b', 'c', 'd'], 'in')
  }),

  documentsPromise('§5 absent sorts first, and so last in descending order', async (world) => {
    await fill(world, some)
    const { ids } = world
    same(await ids({ sort: { field: 'size', direction: 'asc' } }), ['d', 'f', 'b', 'c', 'a', 'e'], 'ascending')
    same(await ids({ sort: { field: 'size', direction: 'desc' } }), ['e', 'a', 'c', 'b', 'f', 'd'], 'descending')
  }),

  documentsPromise(
    '§5 ties are broken by id, in the same direction; without a sort the order is by id',
    async (world) => {
      for (const id of ['c', 'a', '😀', 'b', '﹏', 'B']) await world.put(id, { name: id < 'b' ? 'x' : 'w', size: 1 })
      same(await world.ids({}), ['B', 'a', 'b', 'c', '﹏', '😀'], 'by id')
      same(await world.ids({ sort: { field: 'size', direction: 'asc' } }), ['B', 'a', 'b', 'c', '﹏', '😀'], 'all tied')
      same(
        await world.ids({ sort: { field: 'size', direction: 'desc' } }),
        ['😀', '﹏', 'c', 'b', 'a', 'B'],
        'all tied, descending',
      )
      same(
        await world.ids({ sort: { field: 'name', direction: 'asc' } }),
        ['b', 'c', '﹏', '😀', 'B', 'a'],
        'two groups',
      )
    },
  ),

  documentsPromise('§5 strings compare by UTF-8 bytes, in sorts and in ranges', async (world) => {
    const places = [...ordered.keys()].map((n) => `d${String((n * 7) % ordered.length).padStart(2, '0')}`)
    for (const [n, name] of ordered.entries()) await world.put(places[n]!, { name })
    const names = async (query: Partial<Query>): Promise<unknown[]> =>
      (await world.port.find(T1, world.collection, { limit: 100, ...query })).map(({ doc }) => doc.name)
    same(await names({ sort: { field: 'name', direction: 'asc' } }), ordered, 'ascending')
    same(await names({ sort: { field: 'name', direction: 'desc' } }), ordered.toReversed(), 'descending')
    for (const [n, name] of ordered.entries()) {
      const sort = { field: 'name', direction: 'asc' } as const
      same(
        await names({ sort, where: [{ field: 'name', gt: name }] }),
        ordered.slice(n + 1),
        `gt ${JSON.stringify(name)}`,
      )
      same(
        await names({ sort, where: [{ field: 'name', lte: name }] }),
        ordered.slice(0, n + 1),
        `lte ${JSON.stringify(name)}`,
      )
      same(await names({ where: [{ field: 'name', eq: name }] }), [name], `eq ${JSON.stringify(name)}`)
    }
  }),

  documentsPromise('§5 numbers compare by size, large, small and fractional ones', async (world) => {
    for (const [n, size] of numbers.entries()) await world.put(`d${(n * 7) % numbers.length}`, { size })
    const sizes = async (query: Partial<Query>): Promise<unknown[]> =>
      (await world.port.find(T1, world.collection, { limit: 100, ...query })).map(({ doc }) => doc.size)
    const sort = { field: 'size', direction: 'asc' } as const
    same(await sizes({ sort }), numbers, 'order')
    for (const [n, size] of numbers.entries()) {
      same(await sizes({ where: [{ field: 'size', eq: size }] }), [size], `eq ${size}`)
      same(await sizes({ sort, where: [{ field: 'size', gt: size }] }), numbers.slice(n + 1), `gt ${size}`)
    }
  }),

  documentsPromise(
    '§5 paging behind the last entry gives every entry once, in every sort and direction',
    async (world) => {
      await fill(world, some)
      for (const id of ['g', 'h', 'i']) await world.put(id, { name: 'x', size: 2, state: 'open' })
      for (const sort of sorts) {
        for (const where of [[], [{ field: 'state', eq: 'open' }]]) {
          const base = { where, ...(sort && { sort }) }
          const whole = await world.ids(base)
          const paged: string[] = []
          let last: Found | undefined
          for (;;) {
            const key = sort && (last?.doc[sort.field] as string | number | undefined)
            const after = last && { id: last.id, ...(key !== undefined && { key }) }
            const page = await world.port.find(T1, world.collection, { ...base, limit: 2, ...(after && { after }) })
            paged.push(...page.map(({ id }) => id))
            last = page.at(-1)
            if (page.length < 2 || paged.length > whole.length) break
          }
          same(paged, whole, `pages sorted by ${sort?.field ?? 'id'} ${sort?.direction ?? ''}`)
        }
      }
    },
  ),

  documentsPromise('§5 a cursor goes on behind an entry that has gone since', async (world) => {
    await fill(world, some)
    await world.port.put(T1, world.collection, 'c', 'deleted', pos(2), pos(1))
    const sort = { field: 'size', direction: 'asc' } as const
    same(await world.ids({ sort, after: { key: 2, id: 'c' } }), ['a', 'e'], 'sorted')
    same(await world.ids({ after: { id: 'c' } }), ['d', 'e', 'f'], 'by id')
    same(await world.ids({ sort, after: { id: 'e' } }), ['f', 'b', 'a', 'e'], 'behind an entry without the field')
    same(
      await world.ids({ sort: { field: 'size', direction: 'desc' }, after: { id: 'e' } }),
      ['d'],
      'the same, descending',
    )
  }),

  documentsPromise('§5 a limit is kept; it may be 1 and may be 100,000', async (world) => {
    await fill(world, some)
    same([await world.ids({ limit: 1 }), await world.ids({ limit: 4 })], [['a'], ['a', 'b', 'c', 'd']], 'limits')
    same((await world.ids({ limit: 100_000 })).length, 6, 'entries')
  }),

  documentsPromise('§5 find follows every put: changed fields, deletes and returns', async (world) => {
    const { port, collection: c } = world
    const found = (): Promise<string[]> => world.ids({ where: [{ field: 'name', eq: 'x' }] })
    await port.put(T1, c, 'a', { name: 'x' }, pos(1), 'none')
    same(await found(), ['a'], 'after the first put')
    await port.put(T1, c, 'a', { name: 'y' }, pos(2), pos(1))
    same([await found(), await world.ids({ where: [{ field: 'name', eq: 'y' }] })], [[], ['a']], 'after a change')
    await port.put(T1, c, 'a', 'deleted', pos(3), pos(2))
    same(await world.ids({}), [], 'after a delete')
    await port.put(T1, c, 'a', { name: 'x' }, pos(4), pos(3))
    same(
      (await port.find(T1, c, { limit: 5 })) as unknown,
      [{ id: 'a', doc: { name: 'x' }, position: pos(4) }],
      'after a return',
    )
  }),
]
