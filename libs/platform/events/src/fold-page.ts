import type { Entry, Folding } from './folding.ts'
import type { Doc, Documents, Held, Put } from './ports.ts'

/** The writes that a page means for one collection: each document is read once, folded over its events, and put once. */
export async function foldPage(
  documents: Documents,
  folding: Folding,
  collection: string,
  entries: readonly Entry[],
): Promise<readonly Put[]> {
  const work = new Map<string, Map<string, Entry[]>>()
  for (const entry of entries) {
    if (!folding.wants(entry)) continue
    const { tenant } = entry.event.meta
    let ids = work.get(tenant)
    if (ids === undefined) work.set(tenant, (ids = new Map()))
    for (const id of folding.ids(entry)) {
      const list = ids.get(id)
      if (list === undefined) ids.set(id, [entry])
      else list.push(entry)
    }
  }
  const puts: Put[] = []
  for (const [tenant, ids] of work) {
    const names = [...ids.keys()]
    const held = await documents.getMany(tenant, collection, names)
    for (const [i, id] of names.entries()) {
      const put = foldOne(folding, tenant, collection, id, held[i], ids.get(id)!)
      if (put !== undefined) puts.push(put)
    }
  }
  return puts
}

function foldOne(
  folding: Folding,
  tenant: string,
  collection: string,
  id: string,
  held: Held | undefined,
  entries: readonly Entry[],
): Put | undefined {
  const news = held === undefined ? entries : entries.filter((e) => e.stored.position > held.position)
  if (news.length === 0) return undefined
  let doc: Doc | 'deleted' = held?.doc ?? 'deleted'
  for (const entry of news) {
    const next: Doc | 'delete' = folding.evolve(doc === 'deleted' ? undefined : doc, entry, id)
    doc = next === 'delete' ? 'deleted' : next
  }
  return { tenant, collection, id, doc, position: news.at(-1)!.stored.position, expected: held?.position ?? 'none' }
}
