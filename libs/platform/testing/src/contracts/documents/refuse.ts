import { InvalidQuery, RapportError } from '@rapport/events'
import type { Doc, Query } from '@rapport/events'
import { same, throws } from '../check.ts'
import type { Case } from '../suite.ts'
import { documentsPromise, pos, put, T1, T2 } from './world.ts'
import type { DocumentsHandle } from './world.ts'

const wrong: readonly Doc[] = [
  { name: 1 },
  { size: '1' },
  { name: null },
  { size: null },
  { name: true },
  { size: [1] },
  { name: { $gt: '' } },
  { size: Number.NaN },
  { size: Number.POSITIVE_INFINITY },
]
const ask = (where: unknown): unknown => ({ where: [where] })
const queries: readonly unknown[] = [
  ask({ field: 'undeclared', eq: 'x' }),
  ask({ field: 'nested.name', eq: 'x' }),
  ask({ field: '__proto__', eq: 'x' }),
  ask({ field: 'name' }),
  ask({ field: 'name', eq: null }),
  ask({ field: 'name', eq: undefined }),
  ask({ field: 'name', eq: 1 }),
  ask({ field: 'size', eq: '1' }),
  ask({ field: 'size', eq: Number.NaN }),
  ask({ field: 'name', eq: { $ne: null } }),
  ask({ field: 'name', eq: ['x'] }),
  ask({ field: 'name', eq: true }),
  ask({ field: 'name', in: ['x', null] }),
  ask({ field: 'name', in: ['x', 1] }),
  ask({ field: 'name', in: 'x' }),
  ask({ field: 'name', in: { $exists: true } }),
  ask({ field: 'size', gt: null }),
  ask({ field: 'size', gte: { $gt: '' } }),
  ask({ field: 'name', lt: 3 }),
  ask({ field: 'name', ne: 'x' }),
  ask({ field: 'name', $ne: 'x' }),
  ask({ field: 'name', regex: '.*' }),
  ask({ $where: 'true' }),
  ask({ $or: [{ field: 'name', eq: 'x' }] }),
  { sort: { field: 'undeclared', direction: 'asc' } },
  { sort: { field: 'name; DROP TABLE documents', direction: 'asc' } },
  { sort: { field: 'name', direction: 'up' } },
  { sort: { field: 'name', direction: 'asc' }, after: { key: null, id: 'a' } },
  { sort: { field: 'name', direction: 'asc' }, after: { key: 1, id: 'a' } },
  { sort: { field: 'name', direction: 'asc' }, after: { key: { $gt: '' }, id: 'a' } },
  { sort: { field: 'name', direction: 'asc' }, after: { key: 'x', id: { $gt: '' } } },
  { after: { id: null } },
  ...[0, -1, 1.5, 100_001, Number.NaN, '10', null, undefined, { $gt: 0 }].map((limit) => ({ limit })),
]
const operators: readonly unknown[] = [{ $ne: null }, { $gt: '' }, ['a'], null, undefined, 0, true, '']

/** §5 what documents refuse, and whom they belong to. */
export const refusing: readonly Case<DocumentsHandle>[] = [
  documentsPromise(
    '§5 a value of another type than the index declares is refused at put; absent is allowed',
    async ({ port, collection: c, ids }) => {
      for (const doc of wrong)
        await throws(InvalidQuery, () => port.put(T1, c, 'a', doc, pos(1), 'none'), JSON.stringify(doc))
      same(await ids({}), [], 'documents')
      same(await port.put(T1, c, 'a', {}, pos(1), 'none'), 'written', 'absent')
    },
  ),

  documentsPromise(
    '§5 a batch with such a value is refused before anything of it is written',
    async ({ port, collection: c, ids }) => {
      const checkpoint = { name: c, value: { at: 1 }, expected: 'none' } as const
      await throws(InvalidQuery, () => port.write([put(c, 'a'), put(c, 'b', { doc: { size: 'x' } })], checkpoint))
      same([await ids({}), await port.checkpoint(c)], [[], undefined], 'documents and checkpoint')
    },
  ),

  documentsPromise(
    '§5 find does nothing richer: undeclared fields, nulls, other types and operators are refused (BR-63)',
    async ({ port, collection: c, put: store }) => {
      await store('a', { name: 'x', size: 1, nested: { name: 'x' } })
      for (const query of queries) {
        await throws(
          InvalidQuery,
          () => port.find(T1, c, { limit: 10, ...(query as Partial<Query>) }),
          JSON.stringify(query),
        )
      }
    },
  ),

  documentsPromise(
    '§5 equality is exact: no case, no accents, no trailing space, no number for a text',
    async ({ put: store, ids }) => {
      for (const name of ['Ärger', 'ärger', 'Arger', 'Ärger ', '1', '1.0', '01']) await store(name, { name })
      same(await ids({ where: [{ field: 'name', eq: 'Ärger' }] }), ['Ärger'], 'eq')
      same(await ids({ where: [{ field: 'name', in: ['1', 'arger'] }] }), ['1'], 'in')
    },
  ),

  documentsPromise(
    '§5 an id that is no text, or names nobody, finds nobody (BR-63)',
    async ({ port, collection: c, put: store }) => {
      await store('a', { name: 'x' })
      for (const id of ['undefined', 'null', '[object Object]', '%', '*', 'a%', 'A', "a' OR '1'='1"]) {
        same(await port.get(T1, c, id), undefined, `get ${id}`)
      }
      for (const id of operators) {
        for (const call of [
          () => port.get(T1, c, id as string),
          async () => (await port.getMany(T1, c, [id as string]))[0],
        ]) {
          let answer: unknown
          try {
            answer = await call()
          } catch {
            // Refusing is as good as finding nothing.
          }
          same(answer, undefined, `the answer for ${JSON.stringify(id)}`)
        }
      }
    },
  ),

  documentsPromise(
    '§5 every call takes the tenant first: without one it throws',
    async ({ port, collection: c, put: store }) => {
      await store('a', { name: 'x' })
      for (const none of operators) {
        const tenant = none as string
        const calls = [
          () => port.get(tenant, c, 'a'),
          () => port.getMany(tenant, c, ['a']),
          () => port.find(tenant, c, { limit: 10 }),
          () => port.put(tenant, c, 'b', {}, pos(1), 'none'),
          () => port.write([put(c, 'b', { tenant })]),
        ]
        for (const [n, call] of calls.entries())
          await throws(RapportError, call, `call ${n} with tenant ${JSON.stringify(none)}`)
      }
      same(
        (await Array.fromAsync(port.scan(c))).map(({ id }) => id),
        ['a'],
        'entries',
      )
    },
  ),

  documentsPromise('§5 tenants are kept apart', async ({ port, collection: c, put: store, ids }) => {
    await store('a', { name: 'x', size: 1 }, T1)
    await store('b', { name: 'x', size: 2 }, T2)
    same(await port.get(T2, c, 'a'), undefined, 'get')
    same(
      (await port.getMany(T2, c, ['a', 'b'])).map((one) => one?.doc ?? 'nothing'),
      ['nothing', { name: 'x', size: 2 }],
      'getMany',
    )
    same([await ids({}, T1), await ids({}, T2)], [['a'], ['b']], 'find')
    same(
      await ids({ where: [{ field: 'name', in: ['x'] }], sort: { field: 'size', direction: 'asc' } }, T2),
      ['b'],
      'find by name',
    )
    same(await port.put(T2, c, 'a', { name: 'z' }, pos(2), pos(1)), 'lost', "a put on the other's position")
    same(await port.put(T2, c, 'a', 'deleted', pos(1), 'none'), 'written', 'an id of its own')
    same((await port.get(T1, c, 'a'))?.doc, { name: 'x', size: 1 }, "the first tenant's document")
    same(await ids({}, 'tenant'), [], 'a tenant whose name begins the same')
  }),
]
