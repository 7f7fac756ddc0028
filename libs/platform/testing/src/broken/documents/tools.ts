import type { Doc, Documents, Found, Held, Put, Query } from '@rapport/events'
import type { DocumentsHandle } from '../../contracts/documents/world.ts'
import { openMemoryDocuments } from '../../memory.ts'
import { breaksOf } from '../broken.ts'

export const broken = breaksOf<Documents, DocumentsHandle>(openMemoryDocuments)

type Write = Documents['write']
/** Both ways to write go through `write`. */
export const writing = (write: Write): Partial<Documents> => ({
  write,
  put: async (tenant, collection, id, doc, position, expected) =>
    (await write([{ tenant, collection, id, doc, position, expected }])).puts[0]!,
})
export const puts = (port: Documents, change: (put: Put) => Put | Promise<Put>): Partial<Documents> =>
  writing(async (list, checkpoint) => port.write(await Promise.all(list.map(async (put) => change(put))), checkpoint))
export const gets = (port: Documents, change: (held: Held) => Held | undefined): Partial<Documents> => ({
  get: async (tenant, collection, id) => {
    const held = await port.get(tenant, collection, id)
    return held && change(held)
  },
  getMany: async (tenant, collection, list) =>
    (await port.getMany(tenant, collection, list)).map((held) => held && change(held)),
})
export const finds = (
  port: Documents,
  change: (query: Query) => Query,
  after: (found: readonly Found[], query: Query) => readonly Found[] = (found) => found,
): Partial<Documents> => ({
  find: async (tenant, collection, query) => after(await port.find(tenant, collection, change(query)), query),
})
export const cut = (doc: Doc | 'deleted'): Doc | 'deleted' =>
  doc === 'deleted' ? doc : (JSON.parse(JSON.stringify(doc).replace(/\\u0000[^"]*/g, '')) as Doc)
export const positionOf = async (port: Documents, { tenant, collection, id }: Put): Promise<string> =>
  (await port.get(tenant, collection, id))?.position ?? 'none'
export const texts = (doc: Doc): Doc =>
  Object.fromEntries(
    Object.entries(doc).map(([name, value]) => [name, typeof value === 'string' ? value.normalize('NFC') : value]),
  )
