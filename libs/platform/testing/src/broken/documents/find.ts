import type { Doc, Found, Query } from '@rapport/events'
import type { DocumentsHandle } from '../../contracts/documents/world.ts'
import type { Broken } from '../broken.ts'
import { broken, finds, puts, writing } from './tools.ts'

const order = (direction: 'asc' | 'desc', by: (found: Found) => string | number) => (a: Found, b: Found) =>
  (direction === 'asc' ? 1 : -1) * (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : a.id < b.id ? -1 : 1)
const sortedBy =
  (by: (value: string | number | undefined) => string | number) =>
  (found: readonly Found[], { sort, limit }: Query): readonly Found[] =>
    (sort
      ? found.toSorted(order(sort.direction, ({ doc }) => by(doc[sort.field] as string | undefined)))
      : found
    ).slice(0, limit)
const unlimited = (query: Query): Query => ({ ...query, limit: 100_000 })
/** The query with its refused parts taken for something harmless. */
const lenient = (query: Query, keep: (condition: unknown) => boolean): Query => ({
  limit: Number.isInteger(query.limit) && query.limit > 0 ? Math.min(query.limit, 100_000) : 10,
  where: (query.where ?? []).filter(keep),
})

/** Adapters that break §5's promises about find, types and tenants. */
export const brokenFinds: readonly Broken<DocumentsHandle>[] = [
  broken('takes gt for gte', '§5 find by equality, in and range', (port) =>
    finds(port, (query) => ({
      ...query,
      ...(query.where && {
        where: query.where.map((one) =>
          'gt' in one ? { field: one.field, gte: one.gt!, ...(one.lte !== undefined && { lte: one.lte }) } : one,
        ),
      }),
    })),
  ),
  broken('takes an empty in for no condition', '§5 find by equality, in and range', (port) =>
    finds(port, (query) => ({
      ...query,
      ...(query.where && { where: query.where.filter((one) => !('in' in one) || one.in.length > 0) }),
    })),
  ),
  broken('looks at the last condition of a field only', '§5 several conditions must all hold', (port) =>
    finds(port, (query) => ({
      ...query,
      where: [...new Map((query.where ?? []).map((one) => [one.field, one])).values()],
    })),
  ),
  broken('lets null match absent', '§5 absent matches nothing', (port) => ({
    find: async (tenant, collection, query) => {
      const { where = [], ...rest } = query
      const [one] = where
      const found = await port.find(tenant, collection, query)
      if (!one || !('lt' in one)) return found
      const all = await port.find(tenant, collection, rest)
      return all.filter(({ id, doc }) => doc[one.field] === undefined || found.some((other) => other.id === id))
    },
  })),
  broken('sorts absent last', '§5 absent sorts first', (port) =>
    finds(
      port,
      unlimited,
      sortedBy((value) => value ?? Number.MAX_VALUE),
    ),
  ),
  broken('breaks ties by id, always ascending', '§5 ties are broken by id', (port) =>
    finds(port, unlimited, (found, { sort, limit }) =>
      (sort?.direction === 'desc'
        ? found.toSorted((a, b) => (a.doc[sort.field] === b.doc[sort.field] ? (a.id < b.id ? -1 : 1) : 0))
        : found
      ).slice(0, limit),
    ),
  ),
  broken('orders ids by UTF-16', '§5 ties are broken by id', (port) =>
    finds(port, unlimited, (found, { sort, limit }) =>
      (sort ? found : found.toSorted((a, b) => (a.id < b.id ? -1 : 1))).slice(0, limit),
    ),
  ),
  broken('orders texts by UTF-16', '§5 strings compare by UTF-8 bytes', (port) =>
    finds(
      port,
      unlimited,
      sortedBy((value) => value ?? ''),
    ),
  ),
  broken('orders texts without regard to case', '§5 strings compare by UTF-8 bytes', (port) =>
    finds(
      port,
      unlimited,
      sortedBy((value) => String(value).toLowerCase()),
    ),
  ),
  broken('orders numbers as texts', '§5 numbers compare by size', (port) =>
    finds(
      port,
      unlimited,
      sortedBy((value) => String(value)),
    ),
  ),
  broken('keeps numbers in 32 bits', '§5 numbers compare by size', (port) =>
    puts(port, (put) =>
      put.doc === 'deleted' ? put : { ...put, doc: { ...put.doc, size: Math.fround(put.doc.size as number) || 0 } },
    ),
  ),
  broken('takes the id alone for a cursor', '§5 paging behind the last entry', (port) => ({
    find: async (tenant, collection, { after, ...query }) => {
      const found = await port.find(tenant, collection, unlimited(query))
      return found.filter(({ id }) => !after || id > after.id).slice(0, query.limit)
    },
  })),
  broken('repeats the entry of the cursor', '§5 paging behind the last entry', (port) => ({
    find: async (tenant, collection, { after, ...query }) => {
      const found = await port.find(tenant, collection, unlimited(query))
      const at = found.findIndex(({ id }) => id === after?.id)
      return found.slice(Math.max(at, 0)).slice(0, query.limit)
    },
  })),
  broken('needs the entry of the cursor to stand', '§5 a cursor goes on behind an entry that has gone', (port) => ({
    find: async (tenant, collection, query) =>
      query.after &&
      !(await port.getMany(tenant, collection, [query.after.id])).some((held) => held && held.doc !== 'deleted')
        ? []
        : port.find(tenant, collection, query),
  })),
  broken('gives one entry more than the limit', '§5 a limit is kept', (port) =>
    finds(port, (query) => ({ ...query, limit: query.limit + 1 })),
  ),
  broken(
    'finds by the fields of the first put',
    '§5 find follows every put',
    (port, { state }) => ({
      put: async (tenant, collection, id, doc, position, expected) => {
        const first = state.get(id)
        if (!first && doc !== 'deleted') state.set(id, doc)
        return port.put(
          tenant,
          collection,
          id,
          doc === 'deleted' || !first ? doc : { ...doc, name: first.name! },
          position,
          expected,
        )
      },
    }),
    () => new Map<string, Doc>(),
  ),
  broken(
    'does not look at the type of an indexed value',
    '§5 a value of another type than the index declares',
    (port) => puts(port, (put) => ({ ...put, doc: 'deleted' as const })),
  ),
  broken('refuses a batch only when it comes to the bad item', '§5 a batch with such a value', (port) =>
    writing(async (list, checkpoint) => {
      for (const put of list) await port.write([put])
      return port.write([], checkpoint)
    }),
  ),
  broken('ignores a condition on an undeclared field', '§5 find does nothing richer', (port) => ({
    find: (tenant, collection, query) =>
      port.find(tenant, collection, {
        ...query,
        ...(query.where && { where: query.where.filter(({ field }) => field !== 'undeclared') }),
      }),
  })),
  broken('ignores a filter whose value is undefined or null', '§5 find does nothing richer', (port) => ({
    find: (tenant, collection, query) =>
      port.find(tenant, collection, {
        ...query,
        ...(query.where && {
          where: query.where.filter((one) => ('eq' in one ? (one.eq ?? undefined) !== undefined : true)),
        }),
      }),
  })),
  broken('hands operators through', '§5 find does nothing richer', (port) => ({
    find: async (tenant, collection, query) => {
      const richer = (query.where ?? []).some((one) => 'eq' in one && typeof one.eq === 'object' && one.eq !== null)
      return port.find(tenant, collection, richer ? lenient(query, () => false) : query)
    },
  })),
  broken('takes any limit', '§5 find does nothing richer', (port) => ({
    find: (tenant, collection, query) =>
      port.find(tenant, collection, { ...query, limit: lenient(query, () => true).limit }),
  })),
  broken('compares without regard to case', '§5 equality is exact', (port) => ({
    find: async (tenant, collection, query) => {
      const [one] = query.where ?? []
      if (!one || !('eq' in one)) return port.find(tenant, collection, query)
      const all = await port.find(tenant, collection, { limit: 1000 })
      return all.filter(({ doc }) => String(doc[one.field]).toLowerCase() === String(one.eq).toLowerCase())
    },
  })),
  broken('takes an id for a pattern', '§5 an id that is no text, or names nobody', (port) => ({
    get: async (tenant, collection, id) => {
      if (id !== '%') return port.get(tenant, collection, id)
      const [first] = await port.find(tenant, collection, { limit: 1 })
      return first && { doc: first.doc, position: first.position }
    },
  })),
  broken('gives the first document for an operator', '§5 an id that is no text, or names nobody', (port) => ({
    get: async (tenant, collection, id) => {
      if (typeof id === 'string') return port.get(tenant, collection, id)
      const [first] = await port.find(tenant, collection, { limit: 1 })
      return first && { doc: first.doc, position: first.position }
    },
  })),
  broken('takes no tenant for a tenant of its own', '§5 every call takes the tenant first', (port) => ({
    get: (tenant, collection, id) => port.get(tenant || 'nobody', collection, id),
  })),
  broken('looks for an id in every tenant', '§5 tenants are kept apart', (port) => ({
    get: async (tenant, collection, id) => {
      const own = await port.get(tenant, collection, id)
      if (own) return own
      for await (const entry of port.scan(collection))
        if (entry.id === id) return port.get(entry.tenant, collection, id)
      return undefined
    },
  })),
  broken('finds in every tenant', '§5 tenants are kept apart', (port) => ({
    find: async (tenant, collection, query) => {
      const tenants = new Set((await Array.fromAsync(port.scan(collection))).map((entry) => entry.tenant))
      return (await Promise.all([...tenants].map((one) => port.find(one, collection, query)))).flat()
    },
  })),
]
