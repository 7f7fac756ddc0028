import type { Doc } from '@rapport/events'
import { holds, same } from '../check.ts'
import { rival } from '../suite.ts'
import type { Case } from '../suite.ts'
import { declared, documentsPromise, freshName, pos, put, T1 } from './world.ts'
import type { DocumentsHandle } from './world.ts'

const rich: Doc = {
  id: 'not the id',
  _id: 'nor this',
  tenant: 'of the document',
  position: 'of the document',
  doc: { doc: 'deleted' },
  deleted: true,
  version: 7,
  text: '会议纪要 👩🏽‍💻 é e\u0301 \ufeff\u2028 a\u0000b " \\ \r\n',
  long: '长x'.repeat(60_000),
  empty: { object: {}, array: [], text: '', no: false, zero: 0, nothing: null },
  nested: { a: [{ key: 'k', value: [1, [2, [3]]] }] },
  numbers: [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 31, 2 ** 32 + 1, 0.1, -1.5, 1e300, 5e-324],
  like: ['2026-05-01T00:00:00.000Z', '12345678901234567890', 'true', 'null', '0192f0c1-7b7a-7c3e-8b8a-1234567890ab'],
}

/** §5 put and write: compare-and-set on the position, tombstones, batches, the checkpoint. */
export const writing: readonly Case<DocumentsHandle>[] = [
  documentsPromise(
    '§5 put writes if and only if the stored position equals expected',
    async ({ port, collection: c }) => {
      same(await port.get(T1, c, 'a'), undefined, 'before any put')
      same(await port.put(T1, c, 'a', { n: 0 }, pos(5), pos(4)), 'lost', 'a position, nothing stored')
      same(await port.put(T1, c, 'a', { n: 1 }, pos(5), 'none'), 'written', 'none, nothing stored')
      same(await port.put(T1, c, 'a', { n: 2 }, pos(6), 'none'), 'lost', 'none, something stored')
      same(await port.put(T1, c, 'a', { n: 3 }, pos(7), pos(4)), 'lost', 'an older position')
      same(await port.put(T1, c, 'a', { n: 4 }, pos(7), pos(6)), 'lost', 'a later position')
      same(await port.get(T1, c, 'a'), { doc: { n: 1 }, position: pos(5) }, 'after the lost puts')
      same(await port.put(T1, c, 'a', { n: 5 }, pos(7), pos(5)), 'written', 'the stored position')
      same(await port.get(T1, c, 'a'), { doc: { n: 5 }, position: pos(7) }, 'after the written put')
    },
  ),

  documentsPromise(
    '§5 of puts at once with one expectation exactly one is written',
    async ({ handle, port, collection: c }) => {
      const other = await rival(handle)
      for (let round = 0; round < 5; round += 1) {
        const expected = round === 0 ? 'none' : pos(round)
        const outcomes = await Promise.all(
          [port, other, port, other].map((one, n) => one.put(T1, c, 'a', { n }, pos(round + 1), expected)),
        )
        same(outcomes.filter((outcome) => outcome === 'written').length, 1, 'written puts')
        same((await port.get(T1, c, 'a'))?.doc, { n: outcomes.indexOf('written') }, 'the stored document')
      }
    },
  ),

  documentsPromise('§5 a document comes back as it was put', async ({ port, collection: c, put: store }) => {
    await store('a', rich)
    same((await port.get(T1, c, 'a'))?.doc, rich, 'get')
    same((await port.getMany(T1, c, ['a']))[0]?.doc, rich, 'getMany')
    same((await port.find(T1, c, { limit: 1 }))[0]?.doc, rich, 'find')
  }),

  documentsPromise('§5 what is stored or given is a copy', async ({ port, collection: c }) => {
    const doc = { list: [1] }
    await port.put(T1, c, 'a', doc, pos(1), 'none')
    doc.list.push(2)
    const got = (await port.get(T1, c, 'a'))?.doc as { list: number[] }
    same(got, { list: [1] }, 'after the put document changed')
    try {
      got.list.push(3)
    } catch {
      // A frozen document keeps the promise as well.
    }
    same((await port.get(T1, c, 'a'))?.doc, { list: [1] }, 'after the got document changed')
  }),

  documentsPromise(
    '§5 NUL inside a text survives, in fields, indexed fields and nested ones',
    async ({ port, collection: c, put: store, ids }) => {
      await store('a', { name: 'a\u0000b', text: '\u0000', nested: [{ value: 'x\u0000' }] })
      await store('b', { name: 'a' })
      same(
        (await port.get(T1, c, 'a'))?.doc,
        { name: 'a\u0000b', text: '\u0000', nested: [{ value: 'x\u0000' }] },
        'get',
      )
      same(await ids({ where: [{ field: 'name', eq: 'a\u0000b' }] }), ['a'], 'found by the text with NUL')
      same(await ids({ where: [{ field: 'name', eq: 'a' }] }), ['b'], 'found by the text before the NUL')
    },
  ),

  documentsPromise(
    '§5 a delete leaves a tombstone with its position',
    async ({ port, collection: c, put: store, ids }) => {
      await store('a', { name: 'x', size: 1 })
      same(await port.put(T1, c, 'a', 'deleted', pos(2), pos(1)), 'written', 'the delete')
      same(await port.get(T1, c, 'a'), { doc: 'deleted', position: pos(2) }, 'get')
      same(await port.put(T1, c, 'never', 'deleted', pos(3), 'none'), 'written', 'a delete of what never stood')
      same(await port.get(T1, c, 'never'), { doc: 'deleted', position: pos(3) }, 'get of what never stood')
      same([await ids({}), await ids({ where: [{ field: 'name', eq: 'x' }] })], [[], []], 'find')
    },
  ),

  documentsPromise(
    '§5 a tombstone stops a runner that wakes up late, and lets the next writer go on',
    async ({ port, collection: c }) => {
      await port.put(T1, c, 'a', { n: 1 }, pos(1), 'none')
      await port.put(T1, c, 'a', 'deleted', pos(2), pos(1))
      same(await port.put(T1, c, 'a', { n: 2 }, pos(2), pos(1)), 'lost', 'a put on the position before the delete')
      same(await port.put(T1, c, 'a', { n: 2 }, pos(2), 'none'), 'lost', 'a put as if nothing had stood')
      same(await port.get(T1, c, 'a'), { doc: 'deleted', position: pos(2) }, 'the tombstone')
      same(await port.put(T1, c, 'a', { n: 3 }, pos(4), pos(2)), 'written', 'a put on the position of the delete')
      same(await port.get(T1, c, 'a'), { doc: { n: 3 }, position: pos(4) }, 'the document anew')
    },
  ),

  documentsPromise(
    '§5 getMany answers in the order of the ids, tombstones included, undefined for nothing',
    async ({ port, collection: c, put: store }) => {
      await store('a', { n: 1 })
      await store('b', 'deleted')
      const got = await port.getMany(T1, c, ['b', 'x', 'a', 'b'])
      same(
        got.map((one) => one?.doc ?? 'nothing'),
        ['deleted', 'nothing', { n: 1 }, 'deleted'],
        'documents',
      )
      same(await port.getMany(T1, c, []), [], 'no ids')
    },
  ),

  documentsPromise(
    '§5 thousands of documents are written, got and found in one call',
    async ({ port, collection: c, ids }) => {
      const names = Array.from({ length: 2500 }, (_, n) => `d${String(n).padStart(5, '0')}`)
      const { puts } = await port.write(names.map((id, n) => put(c, id, { doc: { size: n } })))
      same(puts.filter((outcome) => outcome === 'written').length, 2500, 'written')
      const got = await port.getMany(T1, c, names)
      same(got.length, 2500, 'answers')
      holds(
        got.every((one, n) => (one?.doc as Doc | undefined)?.size === n),
        'getMany answers in order',
      )
      same(await ids({ limit: 100_000 }), names, 'found by id')
    },
  ),

  documentsPromise('§5 a batch answers per item: one that lost fails no other', async ({ port, collection: c }) => {
    await port.put(T1, c, 'b', { n: 0 }, pos(1), 'none')
    const answer = await port.write([
      put(c, 'a', { doc: { n: 1 } }),
      put(c, 'b', { doc: { n: 2 }, position: pos(2), expected: 'none' }),
      put(c, 'c', { doc: { n: 3 }, expected: pos(9) }),
      put(c, 'b', { tenant: 'tenant-two', doc: { n: 4 } }),
      put(c, 'd', { doc: 'deleted' }),
    ])
    same(answer.puts, ['written', 'lost', 'lost', 'written', 'written'], 'outcomes')
    same(answer.checkpoint, undefined, 'the checkpoint nobody asked for')
    const docs = (await port.getMany(T1, c, ['a', 'b', 'c', 'd'])).map((one) => one?.doc ?? 'nothing')
    same(docs, [{ n: 1 }, { n: 0 }, 'nothing', 'deleted'], 'documents')
  }),

  documentsPromise('§5 collections are kept apart, also within one batch', async ({ port, collection: c }) => {
    const other = freshName()
    await port.declare(declared(other))
    await port.write([put(c, 'a', { doc: { n: 1 } }), put(other, 'a', { doc: { n: 2 } })])
    same([(await port.get(T1, c, 'a'))?.doc, (await port.get(T1, other, 'a'))?.doc], [{ n: 1 }, { n: 2 }], 'documents')
    await port.drop(other)
  }),
]
