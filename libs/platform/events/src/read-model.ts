import { streamOf, type AnyEvent, type EventType, type Visibility } from './event.ts'
import type { Recorded } from './recorded.ts'
import type { Shape, Stored } from './fields.ts'
import type { Index } from './ports.ts'

export type ModelScope = 'engagement' | 'client' | 'tenant'
/** `client` is a second instance that folds only what the client may see: visibility cannot be filtered after folding. */
export type Audience = 'internal' | 'client'
export const sees = (audience: Audience, visibility: Visibility): boolean =>
  audience === 'internal' || visibility === 'client'

export type RecordedOf<T> =
  T extends EventType<infer N, infer D extends Shape, infer _S> ? Recorded<N, Stored<D>> : never

export interface ReadModelDef<E extends AnyEvent, D extends object> {
  /** The last part of its route, `/api/views/<name>`. */
  readonly name: string
  /** Another result for the same events needs another version. */
  readonly version: number
  readonly summary: string
  readonly scope: ModelScope
  readonly audience: readonly Audience[]
  readonly on: readonly E[]
  /** The documents that an event touches; by default the one of its stream. */
  ids?(event: RecordedOf<E>): readonly string[]
  /** Total and without a clock: never throws, never asks what time it is. */
  evolve(doc: D | undefined, event: RecordedOf<E>, id: string): D | 'delete'
  readonly indexes: readonly Index[]
  readonly list: {
    /** Fields that a query may filter by equality; each stands in an index. */
    readonly filters: readonly string[]
    readonly sort: { readonly field: string; readonly direction: 'asc' | 'desc' }
  }
}
export interface ReadModel<E extends AnyEvent, D extends object> extends ReadModelDef<E, D> {
  /** `<stream kind>/<type>` of every event it folds. */
  readonly types: ReadonlySet<string>
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyReadModel = ReadModel<any, any>

/** A view over events: documents that a fold makes, for people to ask. */
export function readModel<E extends AnyEvent, D extends object>(def: ReadModelDef<E, D>): ReadModel<E, D> {
  return { ...def, types: new Set(def.on.map((e) => `${streamOf(e)}/${e.type}`)) }
}
