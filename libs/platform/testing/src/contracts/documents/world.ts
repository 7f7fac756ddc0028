import { randomUUID } from 'node:crypto'
import type { Collection, Doc, Documents, Index, Put, Query } from '@rapport/events'
import { promise, restarted } from '../suite.ts'
import type { Case, Opened, Terms } from '../suite.ts'

export type DocumentsHandle = Opened<Documents>

/** Positions of the suite: the port compares them for equality only. */
export const pos = (n: number): string => String(n).padStart(20, '0')
export const T1 = 'tenant-one'
export const T2 = 'tenant-two'
export const freshName = (): string => `suite-${randomUUID()}`

const indexes: readonly Index[] = [
  [{ field: 'name', type: 'string' }],
  [{ field: 'size', type: 'number' }],
  [
    { field: 'state', type: 'string' },
    { field: 'size', type: 'number' },
  ],
]
export const declared = (name: string): Collection => ({ name, indexes })

/** A declared collection of one case: `name`, `size`, `state` are indexed. */
export interface World {
  port: Documents
  readonly collection: string
  readonly handle: DocumentsHandle
  readonly terms: Terms
  put(id: string, doc: Doc | 'deleted', tenant?: string): Promise<void>
  ids(query: Partial<Query>, tenant?: string): Promise<string[]>
  restart(): Promise<void>
}

/** A case of §5 with a collection of its own. */
export const documentsPromise = (sentence: string, body: (world: World) => Promise<void>): Case<DocumentsHandle> =>
  promise<DocumentsHandle>(sentence, async (handle, terms) => {
    const collection = freshName()
    const world: World = {
      port: handle.port,
      collection,
      handle,
      terms,
      put: async (id, doc, tenant = T1) => {
        await world.port.put(tenant, collection, id, doc, pos(1), 'none')
      },
      ids: async (query, tenant = T1) =>
        (await world.port.find(tenant, collection, { limit: 1000, ...query })).map(({ id }) => id),
      restart: async () => {
        world.port = await restarted(handle)
        await world.port.declare(declared(collection))
      },
    }
    await world.port.declare(declared(collection))
    await body(world)
  })

export const put = (collection: string, id: string, over: Partial<Put> = {}): Put => ({
  tenant: T1,
  collection,
  id,
  doc: { name: id },
  position: pos(1),
  expected: 'none',
  ...over,
})
