import { InvalidQuery } from './errors.ts'
import { compareUtf8 } from './memory/utf8.ts'
import type { Condition, Doc, Index, Query } from './ports.ts'

// What Documents accepts, said once: every adapter asks here, so that none is stricter or laxer than another.

/** The type of each declared field of a collection. */
export type Declared = ReadonlyMap<string, 'string' | 'number'>
/** The declared fields that a document has. */
export type IndexKeys = ReadonlyMap<string, string | number>

/** One type per field, whatever the number of indexes that name it, in the order in which they first do; else {@link InvalidQuery}. */
export function declaredFields(indexes: readonly Index[]): Declared {
  const declared = new Map<string, 'string' | 'number'>()
  for (const { field, type } of indexes.flat()) {
    if (type !== 'string' && type !== 'number') throw new InvalidQuery('an index is of strings or numbers', { field })
    if ((declared.get(field) ?? type) !== type) throw new InvalidQuery('one field, two types', { field })
    declared.set(field, type)
  }
  return declared
}

/** Throws {@link InvalidQuery} for a tenant that is no name. */
export function validTenant(tenant: unknown): void {
  if (typeof tenant !== 'string' || tenant === '' || !tenant.isWellFormed()) throw new InvalidQuery('no tenant')
}

/** Throws {@link InvalidQuery} for an id under which nothing can be put. */
export function validId(id: unknown): void {
  if (typeof id !== 'string' || id === '' || !id.isWellFormed()) throw new InvalidQuery('no id')
}

/** What a document says about each declared field; throws {@link InvalidQuery} for a value of another type. */
export function keysOf(declared: Declared, doc: Doc): IndexKeys {
  const keys = new Map<string, string | number>()
  for (const [field, type] of declared) {
    const value = Object.hasOwn(doc, field) ? doc[field] : undefined
    if (value !== undefined) keys.set(field, typed(field, type, value))
  }
  return keys
}

/** Throws {@link InvalidQuery} for every query that `find` does not promise to understand. */
export function validQuery(declared: Declared, query: Query): void {
  only(query, ['where', 'sort', 'after', 'limit'])
  const { where = [], sort, after, limit } = query
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000) throw new InvalidQuery('limit is not from 1 to 100,000')
  if (!Array.isArray(where)) throw new InvalidQuery('where is not a list')
  for (const condition of where) validCondition(declared, condition)
  if (sort !== undefined) {
    only(sort, ['field', 'direction'])
    typeOf(declared, sort.field)
    if (sort.direction !== 'asc' && sort.direction !== 'desc') throw new InvalidQuery('a direction is asc or desc')
  }
  if (after !== undefined) {
    only(after, ['key', 'id'])
    if (typeof after.id !== 'string') throw new InvalidQuery('after.id is not a text')
    if (after.key !== undefined && !sort) throw new InvalidQuery('after.key without a sort')
    if (after.key !== undefined && sort) typed(sort.field, typeOf(declared, sort.field), after.key)
  }
}

const ranges = ['gt', 'gte', 'lt', 'lte'] as const

function validCondition(declared: Declared, condition: Condition): void {
  only(condition, ['field', 'eq', 'in', ...ranges])
  const type = typeOf(declared, condition.field)
  const { field, ...rest } = condition
  const operators = Object.entries(rest)
  if (operators.length === 0) throw new InvalidQuery('a condition without an operator', { field })
  if (('eq' in condition || 'in' in condition) && operators.length > 1)
    throw new InvalidQuery('eq and in stand alone', { field })
  for (const [operator, value] of operators) {
    if (operator !== 'in') typed(field, type, value)
    else if (!Array.isArray(value)) throw new InvalidQuery('in is not a list', { field })
    else if (value.length > 10_000) throw new InvalidQuery('in takes at most 10,000 values', { field })
    else for (const one of value) typed(field, type, one)
  }
}

/** Does the document meet every condition? An absent field meets none. */
export function meets(keys: IndexKeys, where: readonly Condition[]): boolean {
  return where.every((condition) => {
    const key = keys.get(condition.field)
    if (key === undefined) return false
    if ('eq' in condition) return key === condition.eq
    if ('in' in condition) return condition.in.includes(key)
    const { gt, gte, lt, lte } = condition
    return (
      (gt === undefined || compareKeys(key, gt) > 0) &&
      (gte === undefined || compareKeys(key, gte) >= 0) &&
      (lt === undefined || compareKeys(key, lt) < 0) &&
      (lte === undefined || compareKeys(key, lte) <= 0)
    )
  })
}

/** Orders two values of one declared field: absent first, numbers by size, texts by UTF-8 bytes. */
export function compareKeys(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareUtf8(String(a), String(b))
}

function typeOf(declared: Declared, field: string): 'string' | 'number' {
  const type = declared.get(field)
  if (!type) throw new InvalidQuery('not a declared field', { field })
  return type
}

/** The value if it is of the declared type; a lone surrogate has no UTF-8 to be compared by. */
function typed(field: string, type: 'string' | 'number', value: unknown): string | number {
  if (type === 'string' && typeof value === 'string' && value.isWellFormed()) return value
  if (type === 'number' && typeof value === 'number' && Number.isFinite(value)) return value
  throw new InvalidQuery(`the field is declared as ${type}`, { field })
}

function only(value: unknown, names: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw new InvalidQuery('not an object')
  const other = Object.keys(value).find((name) => !names.includes(name))
  if (other !== undefined) throw new InvalidQuery('nothing richer is promised', { member: other })
}
