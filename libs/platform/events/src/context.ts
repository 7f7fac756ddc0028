import type { ClockRule } from './clock.ts'
import type { AnyDecision, Role } from './decision.ts'
import type { AnyMeasure } from './measure.ts'
import type { Reaction } from './reaction.ts'
import type { AnyStream, Stream } from './event.ts'
import type { AnyReadModel } from './read-model.ts'
import type { Occurred } from './time.ts'

/** A stream with every decision on it. */
export interface Served {
  readonly stream: AnyStream
  readonly decisions: readonly AnyDecision[]
}
export const serve = <S>(on: Stream<S>, decisions: readonly AnyDecision[]): Served => ({ stream: on, decisions })

/** A kind of fact that an import can bring: the decision it goes through. A mapping's `as` names it, its fields are the command's. */
export interface Imported {
  readonly name: string
  readonly decision: AnyDecision
  /** The decision that corrects it, where a mapping says `onChange: correct`. */
  readonly correction?: AnyDecision
  readonly role: Role
}

/** What a mapping's `engagement:` block says, resolved for one row. */
export interface Opening {
  readonly key: string
  readonly client: string
  readonly name: string
  readonly manager?: { readonly name: string; readonly mail?: string }
  readonly zone: string
  readonly start: Occurred
  readonly reference?: string
}
/** One stream that must stand before an engagement's first imported fact; `ids` are those of the steps before it. */
export interface OpeningStep {
  readonly name: 'client' | 'manager' | 'engagement'
  readonly decision: AnyDecision
  /** Two openings with the same key share the stream. Undefined: the step is left out. */
  key(opening: Opening): string | undefined
  command(opening: Opening, ids: Readonly<Record<string, string>>): unknown
}
/** How an import is recorded: the context that keeps engagements supplies it. */
export interface ImportLog {
  readonly stream: AnyStream
  readonly start: AnyDecision
  readonly addEngagement: AnyDecision
  readonly complete: AnyDecision
  readonly opening: readonly OpeningStep[]
}

/** A bounded context as one list: every runner, check, page of docs and the OpenAPI document takes it. */
export interface Context {
  readonly name: string
  readonly streams: readonly Served[]
  readonly readModels: readonly AnyReadModel[]
  readonly imports: readonly Imported[]
  readonly importLog?: ImportLog
  readonly reactions: readonly Reaction[]
  /** What becomes true when nobody acts. */
  readonly clock: readonly ClockRule[]
  readonly measures: readonly AnyMeasure[]
}
export const context = (def: {
  readonly name: string
  readonly streams: readonly Served[]
  readonly readModels?: readonly AnyReadModel[]
  readonly imports?: readonly Imported[]
  readonly importLog?: ImportLog
  readonly reactions?: readonly Reaction[]
  readonly clock?: readonly ClockRule[]
  readonly measures?: readonly AnyMeasure[]
}): Context => ({ readModels: [], imports: [], reactions: [], clock: [], measures: [], ...def })
