import type { AnyDecision } from './decision.ts'
import type { AnyPublicEvent, PublicEvent } from './event.ts'
import type { Opened, Shape, Stored } from './fields.ts'
import type { Json } from './ports.ts'
import type { Occurred } from './time.ts'

/** A public event as a reaction hears it, its personal values opened. */
export interface Heard<N extends string = string, T = unknown> extends Occurred {
  readonly type: N
  readonly data: Opened<T>
  readonly id: string
  readonly streamId: string
  readonly tenant: string
  readonly engagement?: string
}
export type HeardOf<T> = T extends PublicEvent<infer N, infer D extends Shape> ? Heard<N, Stored<D>> : never

/** A command that a reaction issues to its own context. */
export interface Reply {
  readonly decision: AnyDecision
  /** The stream it acts on; absent for a create. */
  readonly id?: string
  readonly body: Json
  /** When it happened; by default when what was heard happened. */
  readonly occurred?: Occurred
}

export interface ReactionDef<E extends AnyPublicEvent> {
  /** A sentence: `when-minutes-hold-an-action-assign-it`. */
  readonly name: string
  readonly summary: string
  readonly on: readonly E[]
  /** Where it begins on an installation that has events already. */
  readonly from: 'beginning' | 'deployment'
  /** Whether imported events are heard as well. */
  readonly onImported: 'yes' | 'no'
  /** Pure: the n-th reply to an event is the same command however often it is heard. */
  react(event: HeardOf<E>): readonly Reply[]
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Reaction = ReactionDef<any>

/** When something happened elsewhere, a command of our own follows; a second delivery of the same event is harmless. */
export const reaction = <E extends AnyPublicEvent>(def: ReactionDef<E>): ReactionDef<E> => def
