import { hash } from 'node:crypto'
import { canonical } from '../canonical.ts'
import { RapportError } from '../errors.ts'
import type { Query } from '../ports.ts'

/** Where a page of a list ended: bound to the model's version and to everything the query filtered by. */
interface Where {
  readonly m: string
  readonly f: string
  readonly k?: string | number
  readonly i: string
}

const digest = (filter: unknown): string => hash('sha256', canonical(filter), 'base64url').slice(0, 22)

export const makeCursor = (
  model: string,
  filter: unknown,
  last: { readonly id: string; readonly key?: string | number | undefined },
): string =>
  Buffer.from(
    canonical({ m: model, f: digest(filter), ...(last.key !== undefined && { k: last.key }), i: last.id }),
  ).toString('base64url')

/** The place behind which to go on. `cursor-invalid` for what we never gave or gave for another query, `cursor-stale` for another version of the model. */
export function readCursor(text: string, model: string, filter: unknown): NonNullable<Query['after']> {
  const invalid = (): never => {
    throw new RapportError('cursor-invalid', 'The cursor belongs to no page of this query.')
  }
  let where: Partial<Where>
  try {
    where = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Partial<Where>
  } catch {
    return invalid()
  }
  if (typeof where !== 'object' || where === null || typeof where.m !== 'string' || typeof where.i !== 'string')
    return invalid()
  if (where.k !== undefined && typeof where.k !== 'string' && typeof where.k !== 'number') return invalid()
  if (where.m !== model) {
    if (where.m.split('.')[0] !== model.split('.')[0]) return invalid()
    throw new RapportError('cursor-stale', 'The model has another version since; begin again.')
  }
  if (where.f !== digest(filter)) return invalid()
  return { id: where.i, ...(where.k !== undefined && { key: where.k }) }
}
