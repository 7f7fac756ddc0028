import { InvalidQuery } from '../errors.ts'
import type { Condition, Doc, Query } from '../ports.ts'
import { compareUtf8 } from './utf8.ts'

/** The type of each declared field of a collection. */
export type Declared = ReadonlyMap<string, 'string' | 'number'>
/** The declared fields that a document has. */
export type IndexKeys = ReadonlyMap<string, string | number>

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
    else if (Array.isArray(value)) for (const one of value) typed(field, type, one)
    else throw new InvalidQuery('in is not a list', { field })
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

function typed(field: string, type: 'string' | 'number', value: unknown): string | number {
  if (type === 'string' && typeof value === 'string') return value
  if (type === 'number' && typeof value === 'number' && Number.isFinite(value)) return value
  throw new InvalidQuery(`the field is declared as ${type}`, { field })
}

function only(value: unknown, names: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw new InvalidQuery('not an object')
  const other = Object.keys(value).find((name) => !names.includes(name))
  if (other !== undefined) throw new InvalidQuery('nothing richer is promised', { member: other })
}
