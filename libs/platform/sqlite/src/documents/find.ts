import type { Condition, Query } from '@rapport/events'
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

/**
 * The statements whose rows, one after the other, answer the query. Behind a cursor absent and present sort keys are
 * asked for apart: each statement then seeks in an index, where one with OR would read everything before the cursor.
 */
export function selects(table: Table, tenant: string, query: Query): readonly Select[] {
  table.check(query)
  const { where = [], sort, after } = query
  const terms: Term[] = [
    { sql: 'tenant = ? AND live = 1', values: [tenant] },
    ...where.flatMap((each) => conditions(table, each)),
  ]
  const direction = sort?.direction ?? 'asc'
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
  const { id, key } = after
  const sign = direction === 'asc' ? '>' : '<'
  const further: Term = { sql: `id ${sign} ?`, values: [id] }
  if (column === undefined) return [[further]]
  const absent: Term = { sql: `${column.name} IS NULL`, values: [] }
  const present: Term = { sql: `${column.name} IS NOT NULL`, values: [] }
  if (key === undefined) return direction === 'asc' ? [[absent, further], [present]] : [[absent, further]]
  const onward: Term = { sql: `(${column.name}, id) ${sign} (?, ?)`, values: [key, id] }
  return direction === 'asc' ? [[onward]] : [[onward], [absent]]
}

function conditions(table: Table, condition: Condition): Term[] {
  const { field, ...rest } = condition
  const { name } = table.column(field)
  if ('in' in rest) return [oneOf(name, rest.in)]
  if ('eq' in rest) return [{ sql: `${name} = ?`, values: [rest.eq] }]
  return (Object.entries(rest) as [keyof typeof operators, Key][]).map(([operator, value]) => ({
    sql: `${name} ${operators[operator]} ?`,
    values: [value],
  }))
}

/** The list is filled up to a power of two with its last value, so that few statement texts are prepared. */
function oneOf(name: string, list: readonly Key[]): Term {
  if (list.length === 0) return { sql: 'FALSE', values: [] }
  const values = [...list]
  while ((values.length & (values.length - 1)) !== 0) values.push(values.at(-1)!)
  return { sql: `${name} IN (${values.map(() => '?').join(',')})`, values }
}
