import { isDeepStrictEqual } from 'node:util'
import type { Schema } from '../../generators/messages/schemas.ts'

/** Words for people: they may change. */
const annotations = ['$schema', 'title', 'description', 'examples']
const upper = ['maxLength', 'maxItems', 'maximum']
const lower = ['minLength', 'minItems', 'minimum']

/**
 * What of `after` breaks the promise of `before`, each at its place. Messages stand on topics for ever and readers are not asked, so what
 * was written must still fit, and what a reader found must still be found. Allowed are another optional member, a wider limit, one more
 * code, and other words. A keyword that is not known here may not change.
 */
export function broken(before: Schema, after: Schema, at = ''): readonly string[] {
  const keywords = new Set(
    [...Object.keys(before), ...Object.keys(after)].filter((name) => !annotations.includes(name)),
  )
  return [...keywords].flatMap((keyword) => {
    const [old, now] = [before[keyword], after[keyword]]
    if (isDeepStrictEqual(old, now)) return []
    const say = (what: string): readonly string[] => [`${at || '/'} ${what}`]
    if (keyword === 'properties') return members(old as Members, now as Members, at)
    if (keyword === 'required') return required(old as Names, now as Names, at)
    if (keyword === 'items' && isSchema(old) && isSchema(now)) return broken(old, now, `${at}[]`)
    if ((keyword === 'allOf' || keyword === 'prefixItems') && isList(old) && isList(now) && old.length === now.length)
      return old.flatMap((one, n) => broken(one, now[n]!, keyword === 'allOf' ? at : `${at}[${n}]`))
    if (keyword === 'enum' && Array.isArray(old) && Array.isArray(now)) {
      const gone = old.filter((code) => !now.includes(code))
      return gone.length === 0 ? [] : say(`is narrowed: without ${gone.join(', ')}`)
    }
    if (upper.includes(keyword) || lower.includes(keyword)) {
      if (now === undefined) return []
      const narrowed =
        old === undefined ||
        (upper.includes(keyword) ? (now as number) < (old as number) : (now as number) > (old as number))
      return narrowed ? say(`is narrowed: ${keyword} ${String(now)}, not ${String(old ?? 'any')}`) : []
    }
    return say(`is retyped: ${keyword} ${JSON.stringify(now)}, not ${JSON.stringify(old)}`)
  })
}

type Members = { readonly [name: string]: Schema } | undefined
type Names = readonly string[] | undefined

const members = (before: Members = {}, after: Members = {}, at: string): readonly string[] =>
  Object.entries(before).flatMap(([name, old]) => {
    const now = after[name]
    return now === undefined ? [`${at}/${name} is removed`] : broken(old, now, `${at}/${name}`)
  })

const required = (before: Names = [], after: Names = [], at: string): readonly string[] => [
  ...after.filter((name) => !before.includes(name)).map((name) => `${at}/${name} is newly required`),
  ...before.filter((name) => !after.includes(name)).map((name) => `${at}/${name} is no longer always there`),
]

const isList = (value: unknown): value is readonly Schema[] => Array.isArray(value)
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

export type Schemas = Readonly<Record<string, Schema>>

/** What of all schemas breaks a promise; schemas that are new break none. */
export const allBroken = (before: Schemas, after: Schemas): readonly string[] =>
  Object.entries(before).flatMap(([name, old]) => {
    const now = after[name]
    return now === undefined ? [`${name} is removed`] : broken(old, now).map((what) => `${name} ${what}`)
  })

/** A schema without words for people: what is recorded of it. */
export function bare(schema: Schema): Schema {
  const named = (value: unknown): unknown =>
    isSchema(value) ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name, bare(of as Schema)])) : value
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      if (annotations.includes(keyword)) return []
      if (keyword === 'properties') return [[keyword, named(value)]]
      if (Array.isArray(value)) return [[keyword, value.map((one: unknown) => (isSchema(one) ? bare(one) : one))]]
      return [[keyword, keyword === 'items' && isSchema(value) ? bare(value) : value]]
    }),
  )
}
