import { InvalidQuery } from '@rapport/events'
import type { Query } from '@rapport/events'
import { keyOf } from './table.ts'
import type { Column, Key, Table } from './table.ts'

/** A statement of `find` and what is bound to it. */
export interface Select {
  readonly sql: string
  readonly values: readonly Key[]
}
interface Term {
  readonly sql: string
  readonly values: readonly Key[]
}

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const
const members = new Set(['where', 'sort', 'after', 'limit'])

/**
 * The statements whose rows, one after the other, answer the query. Behind a cursor absent and present sort keys are
 * asked for apart: each statement then seeks in an index, where one with OR would read everything before the cursor.
 */
export function selects(table: Table, tenant: string, query: Query): readonly Select[] {
  only(query, members)
  const { where = [], sort, after, limit } = query
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000) throw new InvalidQuery('A limit is from 1 to 100,000.')
  if (!Array.isArray(where)) throw new InvalidQuery('A filter is a list of conditions.')
  const terms: Term[] = [
    { sql: 'tenant = ? AND live = 1', values: [tenant] },
    ...where.flatMap((each) => conditions(table, each)),
  ]
  if (sort !== undefined) only(sort, new Set(['field', 'direction']))
  const direction = sort?.direction ?? 'asc'
  if (direction !== 'asc' && direction !== 'desc') throw new InvalidQuery('A direction is asc or desc.')
  const column = sort && table.column(sort.field)
  const order = `${column ? `${column.name} ${direction}, ` : ''}id ${direction}`
  return behind(column, after, direction).map((more) => {
    const all = [...terms, ...more]
    return {
      sql: `SELECT id, position, body FROM ${table.name} WHERE ${all.map((term) => term.sql).join(' AND ')} ORDER BY ${order} LIMIT ?`,
      values: all.flatMap((term) => term.values),
    }
  })
}

function behind(column: Column | undefined, after: Query['after'], direction: 'asc' | 'desc'): Term[][] {
  if (after === undefined) return [[]]
  only(after, new Set(['key', 'id']))
  const { id, key } = after
  if (typeof id !== 'string') throw new InvalidQuery('A cursor has an id.')
  const sign = direction === 'asc' ? '>' : '<'
  const further: Term = { sql: `id ${sign} ?`, values: [id] }
  if (column === undefined) {
    if (key !== undefined) throw new InvalidQuery('A cursor has a key only under a sort.')
    return [[further]]
  }
  const absent: Term = { sql: `${column.name} IS NULL`, values: [] }
  const present: Term = { sql: `${column.name} IS NOT NULL`, values: [] }
  if (key === undefined) return direction === 'asc' ? [[absent, further], [present]] : [[absent, further]]
  const onward: Term = { sql: `(${column.name}, id) ${sign} (?, ?)`, values: [keyOf(column, key), id] }
  return direction === 'asc' ? [[onward]] : [[onward], [absent]]
}

function conditions(table: Table, condition: NonNullable<Query['where']>[number]): Term[] {
  if (typeof condition !== 'object' || condition === null) throw new InvalidQuery('A condition is an object.')
  const { field, ...rest } = condition as { field: string } & Record<string, unknown>
  const column = table.column(field)
  const given = Object.entries(rest)
  if (given.length === 0) throw new InvalidQuery('A condition has an operator.', { field })
  if (given.length > 1 && ('eq' in rest || 'in' in rest)) throw new InvalidQuery('eq and in stand alone.', { field })
  return given.map(([operator, value]) => {
    if (operator === 'eq') return { sql: `${column.name} = ?`, values: [keyOf(column, value)] }
    if (operator === 'in') return oneOf(column, value)
    if (!Object.hasOwn(operators, operator)) throw new InvalidQuery('No such operator.', { field, operator })
    return { sql: `${column.name} ${operators[operator as keyof typeof operators]} ?`, values: [keyOf(column, value)] }
  })
}

/** The list is filled up to a power of two with its last value, so that few statement texts are prepared. */
function oneOf(column: Column, list: unknown): Term {
  if (!Array.isArray(list)) throw new InvalidQuery('in takes a list.', { field: column.field })
  if (list.length > 10_000) throw new InvalidQuery('in takes at most 10,000 values.', { field: column.field })
  if (list.length === 0) return { sql: 'FALSE', values: [] }
  const values = list.map((value) => keyOf(column, value))
  while ((values.length & (values.length - 1)) !== 0) values.push(values.at(-1)!)
  return { sql: `${column.name} IN (${values.map(() => '?').join(',')})`, values }
}

function only(value: object, names: ReadonlySet<string>): void {
  if (typeof value !== 'object' || value === null) throw new InvalidQuery('A query is an object.')
  for (const name of Object.keys(value))
    if (!names.has(name)) throw new InvalidQuery('Nothing richer is promised.', { member: name })
}
