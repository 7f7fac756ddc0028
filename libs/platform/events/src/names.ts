import { Corrupt } from './errors.ts'

/** `<context>.<stream>-<tenant>~<id>`: the only place that builds the name of a stream. */
export const streamName = (kind: string, tenant: string, id: string): string => `${kind}-${tenant}~${id}`
export const tenantPattern = /^[a-z0-9]{3,32}$/

export function parseStreamName(name: string): { readonly kind: string; readonly tenant: string; readonly id: string } {
  const tilde = name.lastIndexOf('~')
  const dash = name.lastIndexOf('-', tilde)
  if (tilde < 0 || dash < 0) throw new Corrupt(`${name} is not the name of a stream.`)
  return { kind: name.slice(0, dash), tenant: name.slice(dash + 1, tilde), id: name.slice(tilde + 1) }
}

/** The last part of a stream's kind: what its key ids and its routes are called by. */
export const shortKind = (kind: string): string => kind.slice(kind.indexOf('.') + 1)
/** `<kind>/<id>`, the name of a subject's key. */
export const kidOf = (kind: string, id: string): string => `${shortKind(kind)}/${id}`
