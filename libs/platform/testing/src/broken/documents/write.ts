import { MemoryDocuments, memoryDocumentsData } from '@rapport/events'
import type { Doc, Documents } from '@rapport/events'
import type { DocumentsHandle } from '../../contracts/documents/world.ts'
import type { Broken } from '../broken.ts'
import { broken, cut, gets, positionOf, puts, texts, writing } from './tools.ts'

/** Adapters that break §5's promises about put, write and the life of a collection. */
export const brokenWrites: readonly Broken<DocumentsHandle>[] = [
  broken('puts whatever position stands', '§5 put writes if and only if', (port) =>
    puts(port, async (put) => ({ ...put, expected: await positionOf(port, put) })),
  ),
  broken('takes a later expectation for a match', '§5 put writes if and only if', (port) =>
    puts(port, async (put) => {
      const stored = await positionOf(port, put)
      return put.expected !== 'none' && stored !== 'none' && put.expected > stored ? { ...put, expected: stored } : put
    }),
  ),
  broken('looks at the position first and writes later', '§5 of puts at once with one expectation', (port) => ({
    put: async (tenant, collection, id, doc, position, expected) => {
      const put = { tenant, collection, id, doc, position, expected }
      if ((await positionOf(port, put)) !== expected) return 'lost'
      await new Promise((resolve) => setTimeout(resolve, 1))
      return port.put(tenant, collection, id, doc, position, await positionOf(port, put))
    },
  })),
  broken('normalises texts', '§5 a document comes back as it was put', (port) =>
    puts(port, (put) => (put.doc === 'deleted' ? put : { ...put, doc: texts(put.doc) })),
  ),
  broken('mixes its own members with those of the document', '§5 a document comes back as it was put', (port) =>
    gets(port, (held) => (held.doc === 'deleted' ? held : { ...held, doc: { ...held.doc, _id: 'own' } })),
  ),
  broken(
    'keeps the object it was given',
    '§5 what is stored or given is a copy',
    (port, { state }) => ({
      put: (tenant, collection, id, doc, position, expected) => {
        state.set(id, doc)
        return port.put(tenant, collection, id, doc, position, expected)
      },
      get: async (tenant, collection, id) => {
        const held = await port.get(tenant, collection, id)
        return held && { ...held, doc: state.get(id) ?? held.doc }
      },
    }),
    () => new Map<string, Doc | 'deleted'>(),
  ),
  broken('cuts a text at NUL', '§5 NUL inside a text survives', (port) =>
    puts(port, (put) => ({ ...put, doc: cut(put.doc) })),
  ),
  broken('forgets a tombstone', '§5 a delete leaves a tombstone', (port) =>
    gets(port, (held) => (held.doc === 'deleted' ? undefined : held)),
  ),
  broken('keeps the old position in a tombstone', '§5 a delete leaves a tombstone', (port) =>
    puts(port, async (put) => {
      const stored = await positionOf(port, put)
      return put.doc === 'deleted' && stored !== 'none' ? { ...put, position: stored } : put
    }),
  ),
  broken('lets a late writer put over a tombstone as if nothing had stood', '§5 a tombstone stops a runner', (port) =>
    puts(port, async (put) => {
      const held = await port.get(put.tenant, put.collection, put.id)
      return held?.doc === 'deleted' && put.expected === 'none' ? { ...put, expected: held.position } : put
    }),
  ),
  broken('gives many in the order of their ids', '§5 getMany answers in the order of the ids', (port) => ({
    getMany: (tenant, collection, list) => port.getMany(tenant, collection, list.toSorted()),
  })),
  broken('leaves out what many do not find', '§5 getMany answers in the order of the ids', (port) => ({
    getMany: async (tenant, collection, list) =>
      (await port.getMany(tenant, collection, list)).filter((held) => held !== undefined),
  })),
  broken('gets 1,000 at most', '§5 thousands of documents', (port) => ({
    getMany: (tenant, collection, list) => port.getMany(tenant, collection, list.slice(0, 1000)),
  })),
  broken('writes a batch whole or not at all', '§5 a batch answers per item', (port) =>
    writing(async (list, checkpoint) => {
      for (const put of list)
        if ((await positionOf(port, put)) !== put.expected) return { puts: list.map(() => 'lost' as const) }
      return port.write(list, checkpoint)
    }),
  ),
  broken('answers a whole batch alike', '§5 a batch answers per item', (port) =>
    writing(async (list, checkpoint) => {
      const answer = await port.write(list, checkpoint)
      return { ...answer, puts: answer.puts.map(() => 'written' as const) }
    }),
  ),
  broken('writes a batch into the collection of its first item', '§5 collections are kept apart', (port) =>
    writing((list, checkpoint) =>
      port.write(
        list.map((put) => ({ ...put, collection: list[0]!.collection })),
        checkpoint,
      ),
    ),
  ),
  broken(
    'keeps the version of a checkpoint whose value did not change',
    '§5 a checkpoint is compare-and-set',
    (port) => ({
      write: async (list, checkpoint) => {
        const stored = checkpoint && (await port.checkpoint(checkpoint.name))
        if (stored && JSON.stringify(stored.value) === JSON.stringify(checkpoint.value))
          return { puts: [], checkpoint: { version: stored.version } }
        return port.write(list, checkpoint)
      },
    }),
  ),
  broken('writes a checkpoint whatever version stands', '§5 a checkpoint is compare-and-set', (port) => ({
    write: async (list, checkpoint) =>
      port.write(
        list,
        checkpoint && { ...checkpoint, expected: (await port.checkpoint(checkpoint.name))?.version ?? 'none' },
      ),
  })),
  broken(
    'looks at the checkpoint first and writes it later',
    '§5 of two runners that write one checkpoint',
    (port) => ({
      write: async (list, checkpoint) => {
        if (!checkpoint) return port.write(list)
        const before = (await port.checkpoint(checkpoint.name))?.version ?? 'none'
        if (before !== checkpoint.expected)
          return { puts: list.map(() => 'lost' as const), checkpoint: 'lost' as const }
        await new Promise((resolve) => setTimeout(resolve, 1))
        return port.write(list, {
          ...checkpoint,
          expected: (await port.checkpoint(checkpoint.name))?.version ?? 'none',
        })
      },
    }),
  ),
  broken('writes the checkpoint and loses the effect', '§5 checkpoint and effect: when', (port) => ({
    write: async (list, checkpoint) => {
      const { checkpoint: written } = await port.write([], checkpoint)
      return {
        puts: list.map((_, n) => (n === 0 ? 'written' : 'lost') as 'written' | 'lost'),
        ...(written && { checkpoint: written }),
      }
    },
  })),
  broken('writes the checkpoint though a put lost', '§5 a put that lost keeps the checkpoint', (port) => ({
    write: async (list, checkpoint) => {
      const { puts: outcomes } = await port.write(list)
      return { ...(await port.write([], checkpoint)), puts: outcomes }
    },
  })),
  broken(
    'writes the documents though the checkpoint is lost',
    '§5 checkpoint and effect in one transaction',
    (port) => ({
      write: async (list, checkpoint) => {
        const { puts: outcomes } = await port.write(list)
        return { ...(await port.write([], checkpoint)), puts: outcomes }
      },
    }),
  ),
  broken('ignores another declaration', '§5 the same declaration again', (port) => ({
    declare: (collection) => port.declare(collection).catch(() => {}),
  })),
  broken('begins anew at every declaration', '§5 the same declaration again', (port) => ({
    declare: async (collection) => {
      await port.drop(collection.name)
      await port.declare(collection)
    },
  })),
  broken('forgets what stood there before the indexes', '§5 indexes that come later', (port) => ({
    index: async (collection) => {
      const [first] = await Array.fromAsync(port.scan(collection))
      if (first?.text === undefined) return port.index(collection)
      await port.put(first.tenant, collection, first.id, 'deleted', first.position, first.position)
    },
  })),
  broken('indexes what is not there', '§5 indexes that come later', () => ({ index: async () => {} })),
  broken('keeps the checkpoint of a dropped collection', '§5 drop removes a collection', (port) => ({
    drop: async (collection) => {
      const checkpoint = await port.checkpoint(collection)
      await port.drop(collection)
      if (checkpoint) await port.write([], { name: collection, value: checkpoint.value, expected: 'none' })
    },
  })),
  broken('scans no tombstones', '§5 scan gives every entry', (port) => ({
    async *scan(collection) {
      for await (const entry of port.scan(collection)) if (entry.text !== undefined) yield entry
    },
  })),
  broken('scans in the order of UTF-16', '§5 scan gives every entry', (port) => ({
    async *scan(collection) {
      const entries = await Array.fromAsync(port.scan(collection))
      yield* entries.toSorted((a, b) => (a.tenant + a.id < b.tenant + b.id ? -1 : 1))
    },
  })),
  broken(
    'keeps no tombstones over a restart',
    '§5 documents, tombstones, checkpoints and indexes',
    (port, { handle }) => {
      if (port === handle.port) return {}
      for (const { tenants } of (handle.port as MemoryDocuments).data.collections.values()) {
        for (const rows of tenants.values()) for (const [id, { text }] of rows) if (text === undefined) rows.delete(id)
      }
      return {}
    },
  ),
  broken('keeps nothing over a restart', '§5 documents, tombstones, checkpoints and indexes', (port, { handle }) =>
    port === handle.port ? {} : allOf(new MemoryDocuments({ data: memoryDocumentsData() })),
  ),
]

function allOf(port: Documents): Partial<Documents> {
  const names = [
    'declare',
    'get',
    'getMany',
    'put',
    'write',
    'find',
    'checkpoint',
    'scan',
    'collections',
    'drop',
  ] as const
  return Object.fromEntries(
    names.map((name) => [name, (...args: never[]) => (port[name] as (...all: never[]) => unknown)(...args)]),
  )
}
