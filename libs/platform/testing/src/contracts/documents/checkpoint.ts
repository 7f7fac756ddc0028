import { InvalidQuery } from '@rapport/events'
import type { Held, Put } from '@rapport/events'
import { holds, same, throws } from '../check.ts'
import { rival } from '../suite.ts'
import type { Case } from '../suite.ts'
import { declared, documentsPromise, freshName, pos, put, T1, T2 } from './world.ts'
import type { DocumentsHandle } from './world.ts'

const docOf = (held: Held | undefined): unknown => held?.doc ?? 'nothing'

/** §5 checkpoints, and the life of a collection. */
export const keeping: readonly Case<DocumentsHandle>[] = [
  documentsPromise('§5 a checkpoint is compare-and-set; its version changes with every write', async ({ port }) => {
    const name = freshName()
    same(await port.checkpoint(name), undefined, 'before any')
    same(
      (await port.write([], { name, value: { at: 0 }, expected: 'x' })).checkpoint,
      'lost',
      'a version, nothing stored',
    )
    const versions: string[] = []
    for (const at of [1, 1, 2]) {
      const { checkpoint } = await port.write([], { name, value: { at }, expected: versions.at(-1) ?? 'none' })
      holds(checkpoint !== undefined && checkpoint !== 'lost', 'the checkpoint is written')
      versions.push(checkpoint.version)
      same(await port.checkpoint(name), { value: { at }, version: checkpoint.version }, 'the checkpoint')
    }
    same(new Set(versions).size, 3, 'versions')
    for (const expected of ['none', versions[0]!]) {
      same((await port.write([], { name, value: { at: 9 }, expected })).checkpoint, 'lost', `expected ${expected}`)
    }
    same((await port.checkpoint(name))?.value, { at: 2 }, 'the value after the lost ones')
  }),

  documentsPromise(
    '§5 of two runners that write one checkpoint at once exactly one loses',
    async ({ handle, port, collection: c }) => {
      const other = await rival(handle)
      const name = freshName()
      const answers = await Promise.all(
        [port, other].map((one, n) => one.write([put(c, `a${n}`)], { name, value: { n }, expected: 'none' })),
      )
      same(answers.filter(({ checkpoint }) => checkpoint === 'lost').length, 1, 'lost checkpoints')
      same(
        (await port.checkpoint(name))?.value,
        { n: answers.findIndex(({ checkpoint }) => checkpoint !== 'lost') },
        'value',
      )
    },
  ),

  documentsPromise(
    '§5 checkpoint and effect: when the checkpoint is written, so are its documents',
    async ({ port, collection: c }) => {
      const name = freshName()
      await port.put(T1, c, 'b', { n: 0 }, pos(1), 'none')
      const answer = await port.write(
        [put(c, 'a', { doc: { n: 1 } }), put(c, 'b', { doc: { n: 2 }, position: pos(2), expected: pos(1) })],
        { name, value: { at: 1 }, expected: 'none' },
      )
      same(answer.puts, ['written', 'written'], 'outcomes')
      same((await port.checkpoint(name))?.value, { at: 1 }, 'the checkpoint')
      same((await port.getMany(T1, c, ['a', 'b'])).map(docOf), [{ n: 1 }, { n: 2 }], 'documents')
    },
  ),

  documentsPromise(
    '§5 a put that lost keeps the checkpoint where it was: its events are folded again',
    async ({ port, collection: c }) => {
      const name = freshName()
      await port.put(T1, c, 'b', { n: 0 }, pos(3), 'none')
      for (const expected of ['none', pos(2)]) {
        const answer = await port.write([put(c, 'a'), put(c, 'b', { doc: { n: 2 }, position: pos(4), expected })], {
          name,
          value: { at: 1 },
          expected: 'none',
        })
        same([answer.puts[1], answer.checkpoint], ['lost', 'lost'], 'the lost put and the checkpoint')
        same([docOf(await port.get(T1, c, 'b')), await port.checkpoint(name)], [{ n: 0 }, undefined], 'what stands')
      }
      const held = await port.get(T1, c, 'a')
      const again = [
        put(c, 'a', { position: pos(4), expected: held?.position ?? 'none' }),
        put(c, 'b', { doc: { n: 2 }, position: pos(4), expected: pos(3) }),
      ]
      const answer = await port.write(again, { name, value: { at: 1 }, expected: 'none' })
      same([answer.puts, (await port.checkpoint(name))?.value], [['written', 'written'], { at: 1 }], 'the next try')
    },
  ),

  documentsPromise(
    '§5 checkpoint and effect in one transaction: with a lost checkpoint nothing is written',
    async ({ port, collection: c }) => {
      const name = freshName()
      await port.write([], { name, value: { at: 1 }, expected: 'none' })
      const answer = await port.write([put(c, 'a'), put(c, 'b')], { name, value: { at: 2 }, expected: 'none' })
      same(answer.checkpoint, 'lost', 'the checkpoint')
      same((await port.getMany(T1, c, ['a', 'b'])).map(docOf), ['nothing', 'nothing'], 'documents')
    },
  ),

  documentsPromise(
    '§5 the same declaration again does nothing, another one is refused',
    async ({ port, collection: c, put: store, ids }) => {
      await store('a', { name: 'x' })
      await port.declare(declared(c))
      same(await ids({ where: [{ field: 'name', eq: 'x' }] }), ['a'], 'documents')
      const others = [
        [],
        [[{ field: 'name', type: 'number' as const }]],
        [...declared(c).indexes, [{ field: 'more', type: 'string' as const }]],
      ]
      for (const indexes of others)
        await throws(InvalidQuery, () => port.declare({ name: c, indexes }), JSON.stringify(indexes))
      same(await ids({ where: [{ field: 'name', eq: 'x' }] }), ['a'], 'documents after the refusal')
    },
  ),

  documentsPromise(
    '§5 indexes that come later change no answer, and are made once; whoever asks for a collection that is not there is refused',
    async ({ port }) => {
      const c = freshName()
      await port.declare(declared(c), 'later')
      const ask = async (): Promise<string[]> =>
        (
          await port.find(T1, c, {
            where: [{ field: 'name', in: ['x', 'y'] }],
            sort: { field: 'size', direction: 'desc' },
            limit: 9,
          })
        ).map(({ id }) => id)
      const store = (id: string, doc: Put['doc']) => port.put(T1, c, id, doc, pos(1), 'none')
      await store('a', { name: 'x', size: 1 })
      await store('b', { name: 'y', size: 2 })
      await store('c', { name: 'z', size: 3 })
      await store('d', 'deleted')
      await throws(InvalidQuery, () => store('e', { name: 1 }), 'a value of another type, before')
      same(await ask(), ['b', 'a'], 'before')
      await port.declare(declared(c))
      await port.index(c)
      same(await ask(), ['b', 'a'], 'after')
      await store('e', { name: 'x', size: 3 })
      same(await port.put(T1, c, 'b', 'deleted', pos(2), pos(1)), 'written', 'a change')
      await port.index(c)
      same(await ask(), ['e', 'a'], 'after a change')
      await port.drop(c)
      await throws(InvalidQuery, () => port.index(c), 'a dropped collection')
    },
  ),

  documentsPromise(
    '§5 drop removes a collection, its tombstones and the checkpoint of its name, and nothing else',
    async ({ port, collection: c, put: store }) => {
      const other = freshName()
      await port.declare(declared(other))
      await store('a', { n: 1 })
      await store('b', 'deleted')
      await port.write([put(other, 'a')], { name: c, value: { at: 1 }, expected: 'none' })
      await port.write([], { name: other, value: { at: 2 }, expected: 'none' })
      const before = await port.collections()
      holds(before.includes(c) && before.includes(other), 'both are listed')
      await port.drop(c)
      const after = await port.collections()
      holds(!after.includes(c) && after.includes(other), 'only the other is listed')
      await port.declare({ name: c, indexes: [[{ field: 'name', type: 'number' }]] })
      same((await port.getMany(T1, c, ['a', 'b'])).map(docOf), ['nothing', 'nothing'], 'documents')
      same(await port.checkpoint(c), undefined, 'the checkpoint of its name')
      same(
        [docOf(await port.get(T1, other, 'a')), (await port.checkpoint(other))?.value],
        [{ name: 'a' }, { at: 2 }],
        'the other',
      )
      await port.drop(other)
    },
  ),

  documentsPromise(
    '§5 scan gives every entry in order of tenant and id, tombstones with their position',
    async ({ port, collection: c, put: store }) => {
      const entries = [T2, T1].flatMap((tenant) => ['﹏', '😀', 'b', 'a'].map((id) => ({ tenant, id })))
      for (const { tenant, id } of entries) await store(id, id === 'b' ? 'deleted' : { n: id, text: 'é\u0000' }, tenant)
      const scanned = await Array.fromAsync(port.scan(c))
      const order = [T1, T2].flatMap((tenant) => ['a', 'b', '﹏', '😀'].map((id) => [tenant, id]))
      same(
        scanned.map(({ tenant, id }) => [tenant, id]),
        order,
        'order',
      )
      for (const { id, position, text } of scanned) {
        same(position, pos(1), 'position')
        same(
          text === undefined ? 'deleted' : JSON.parse(text),
          id === 'b' ? 'deleted' : { n: id, text: 'é\u0000' },
          'text',
        )
      }
    },
  ),

  documentsPromise('§5 documents, tombstones, checkpoints and indexes are there after a restart', async (world) => {
    const { collection: c } = world
    const name = freshName()
    await world.port.write([put(c, 'a', { doc: { name: 'x', size: 2 } }), put(c, 'b', { doc: 'deleted' })], {
      name,
      value: { at: 1 },
      expected: 'none',
    })
    const before = await world.port.checkpoint(name)
    await world.restart()
    same(
      await world.port.getMany(T1, c, ['a', 'b']),
      [
        { doc: { name: 'x', size: 2 }, position: pos(1) },
        { doc: 'deleted', position: pos(1) },
      ],
      'entries',
    )
    same(await world.port.checkpoint(name), before, 'the checkpoint')
    same(
      await world.ids({ where: [{ field: 'size', gte: 2 }], sort: { field: 'name', direction: 'asc' } }),
      ['a'],
      'find',
    )
    holds((await world.port.collections()).includes(c), 'the collection is listed')
    same(await world.port.put(T1, c, 'b', { n: 1 }, pos(2), 'none'), 'lost', 'a late writer')
    await throws(InvalidQuery, () => world.port.declare({ name: c, indexes: [] }), 'another declaration')
  }),
]
