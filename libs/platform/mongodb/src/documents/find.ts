import { validQuery } from '@rapport/events'
import type { Condition, Query } from '@rapport/events'
import type { mongo } from 'mongoose'
import { behind, idOf } from '../names.ts'
import type { Key, Row, Table } from './table.ts'

type Filter = mongo.Filter<Row>
/** One request of `find`: what it asks for, and in which order. */
export interface Request {
  readonly filter: Filter
  readonly sort: Readonly<Record<string, 1 | -1>>
}

/**
 * The requests whose rows, one after the other, answer the query. Behind a cursor equal, later and absent sort keys are asked for apart:
 * each is then one range of an index, where one filter with $or would read everything before the cursor. Only texts and numbers that
 * {@link validQuery} let through become values of a filter.
 */
export function requests(table: Table, tenant: string, query: Query): readonly Request[] {
  validQuery(table.declared, query)
  const { where = [], sort, after } = query
  const all = idOf(tenant, '')
  const direction = sort?.direction === 'desc' ? -1 : 1
  const column = sort && table.column(sort.field)
  const terms: Filter[] = [{ tenant }, ...where.map((each) => condition(table, each))]
  // Without a field to seek by it is a range of _id.
  if (where.length === 0 && sort === undefined) terms.push({ _id: { $gt: all, $lt: behind(all) } })
  const further = after && { _id: { [direction === 1 ? '$gt' : '$lt']: idOf(tenant, after.id) } }
  return steps(table, sort, after?.key, further).map((step) => ({
    filter: { $and: [...terms, ...step] },
    sort: column === undefined ? { _id: direction } : { [column]: direction, _id: direction },
  }))
}

function steps(
  table: Table,
  sort: Query['sort'],
  key: Key | undefined,
  further: Filter | undefined,
): readonly (readonly Filter[])[] {
  if (further === undefined) return [[]]
  if (sort === undefined) return [[further]]
  const ascending = sort.direction === 'asc'
  const column = table.column(sort.field)
  const of = (value: unknown): Filter => ({ [column]: value }) as Filter
  // A missing field equals null and sorts before every text and number; a range never leaves its type.
  const absent = of(null)
  const first = table.declared.get(sort.field) === 'string' ? '' : Number.NEGATIVE_INFINITY
  if (key === undefined) return ascending ? [[absent, further], [of({ $gte: first })]] : [[absent, further]]
  const onward = [[of({ $eq: key }), further], [of({ [ascending ? '$gt' : '$lt']: key })]]
  return ascending ? onward : [...onward, [absent]]
}

function condition(table: Table, { field, ...rest }: Condition): Filter {
  const value = Object.fromEntries(Object.entries(rest).map(([operator, each]) => [`$${operator}`, each as unknown]))
  return { [table.column(field)]: value } as Filter
}
