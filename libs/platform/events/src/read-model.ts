import type { z } from 'zod'
import {
  streamOf,
  type AnyEvent,
  type AnyPublicEvent,
  type EventType,
  type PublicEvent,
  type Visibility,
} from './event.ts'
import type { Recorded } from './recorded.ts'
import type { Shape, Stored } from './fields.ts'
import type { Doc, Index } from './ports.ts'

export type ModelScope = 'engagement' | 'client' | 'tenant'
/** `client` is a second instance that folds only what the client may see: visibility cannot be filtered after folding. */
export type Audience = 'internal' | 'client'
export const sees = (audience: Audience, visibility: Visibility): boolean =>
  audience === 'internal' || visibility === 'client'

/** What a model folds: events of its own context, or contract events of any. */
export type Foldable = AnyEvent | AnyPublicEvent
export type RecordedOf<T> =
  T extends EventType<infer N, infer D extends Shape, infer _S>
    ? Recorded<N, Stored<D>>
    : T extends PublicEvent<infer N, infer D extends Shape>
      ? Recorded<N, Stored<D>>
      : never

const isContract = (event: Foldable): event is AnyPublicEvent => !('evolve' in event)

/** When, where and for whom a document is told. */
export interface Moment {
  /** Now, or the moment of the past that is asked as of. */
  readonly now: string
  /** The engagement's. */
  readonly zone: string
  readonly audience: Audience
  /** Of another model of the engagement the document that stands last by its sort, with these values of its filters, at the same moment. */
  last(model: AnyReadModel, where: Readonly<Record<string, string>>): Promise<Doc | undefined>
}

export interface ReadModelDef<E extends Foldable, D extends object> {
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
  /** What a document says at a moment, where that depends on it: "due today", "silent for 12 days". It replaces the document in the answer. */
  tell?(doc: D, moment: Moment): object | Promise<object>
  readonly indexes: readonly Index[]
  readonly list: {
    /** Fields that a query may filter by equality, with what a value of each may be: any other is refused. Each stands in an index. */
    readonly filters: { readonly [F in keyof D & string]?: z.ZodType<NonNullable<D[F]>> }
    readonly sort: { readonly field: string; readonly direction: 'asc' | 'desc' }
  }
}
export interface ReadModel<E extends Foldable, D extends object> extends ReadModelDef<E, D> {
  /** `<stream kind>/<type>` of every event of its own context that it folds. */
  readonly types: ReadonlySet<string>
  /** `<stream kind>/<type>` of every contract event that it folds. */
  readonly contracts: ReadonlySet<string>
  /** The kinds of stream they are of. */
  readonly kinds: ReadonlySet<string>
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyReadModel = ReadModel<any, any>

const nameOf = (event: Foldable): string => `${isContract(event) ? event.stream : streamOf(event)}/${event.type}`

/** A view over events: documents that a fold makes, for people to ask. */
export function readModel<E extends Foldable, D extends object>(def: ReadModelDef<E, D>): ReadModel<E, D> {
  return {
    ...def,
    types: new Set(def.on.filter((e) => !isContract(e)).map(nameOf)),
    contracts: new Set(def.on.filter(isContract).map(nameOf)),
    kinds: new Set(def.on.map((e) => nameOf(e).split('/')[0]!)),
  }
}
