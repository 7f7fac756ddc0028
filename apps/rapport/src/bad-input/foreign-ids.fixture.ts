import { randomUUID } from 'node:crypto'
import type { Http } from '../http.fixture.ts'
import type { Valid } from './fuzz/desk.fixture.ts'

/** One request, and the ids in it that are not the sender's. */
export interface Shot {
  readonly method: 'GET' | 'POST'
  readonly route: string
  readonly path: string
  readonly body?: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly ids: readonly string[]
  readonly http: Http
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Every id in a request, that of its path first. */
export const idsIn = ({ path, body }: Pick<Valid, 'path' | 'body'>): readonly string[] => [
  ...new Set([...path.matchAll(uuid), ...JSON.stringify(body).matchAll(uuid)].map(([id]) => id)),
]

/** The request with other ids in the place of its own. */
export function withIds(
  { path, body }: Valid,
  ids: ReadonlyMap<string, string>,
): { readonly path: string; readonly body: unknown } {
  const swap = (text: string): string => text.replace(uuid, (id) => ids.get(id) ?? id)
  return { path: swap(path), body: JSON.parse(swap(JSON.stringify(body))) as unknown }
}

/** Headers that name another tenant, or what is its own; and the same with what nobody has. */
export function foreign(
  next: () => number,
  theirs: { readonly keys: readonly string[]; readonly ids: readonly string[]; readonly position: string },
  ours?: { readonly position: string },
): readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>] {
  const id = theirs.ids[Math.floor(next() * theirs.ids.length)]!
  const key = theirs.keys[Math.floor(next() * theirs.keys.length)]!
  const names = ['x-tenant', 'x-tenant-id', 'tenant', 'organization-id', 'x-organization-id', 'x-rapport-tenant']
  const name = names[Math.floor(next() * names.length)]!
  return [
    { [name]: next() < 0.5 ? 'two' : id, 'idempotency-key': key, ...(ours && { 'wait-for': theirs.position }) },
    { [name]: randomUUID(), 'idempotency-key': randomUUID(), ...(ours && { 'wait-for': ours.position }) },
  ]
}
