import { InvalidQuery, validTenant } from '@rapport/events'

/**
 * The `_id` of what belongs to a tenant: tenant, NUL, name. Strings sort by their bytes, so `_id` sorts by tenant and then by name, and
 * whatever is asked of `_id` names a tenant first. Both are texts: nothing else reaches a filter.
 */
export function idOf(tenant: string, name: string): string {
  validTenant(tenant)
  if (tenant.includes('\0')) throw new InvalidQuery('no tenant')
  return `${tenant}\0${textOf(name)}`
}

/** The text, where it is one that MongoDB can hold: an object in its place would be taken for an operator. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string' || !value.isWellFormed()) throw new InvalidQuery('not a text')
  return value
}

/** Tenant and name again. */
export function namesOf(id: string): { readonly tenant: string; readonly name: string } {
  const at = id.indexOf('\0')
  return { tenant: id.slice(0, at), name: id.slice(at + 1) }
}

/** The first text, by bytes, behind every text that begins with the prefix; the prefix holds a code point that is not the last. */
export function behind(prefix: string): string {
  const points = [...prefix]
  for (;;) {
    const last = points.pop()!.codePointAt(0)!
    // The code points of surrogates are no characters.
    if (last < 0x10ffff) return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
  }
}
