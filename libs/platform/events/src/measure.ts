import type { Words } from './fields.ts'
import type { Doc } from './ports.ts'
import type { AnyReadModel, Audience } from './read-model.ts'

/** From an instant up to, not including, another; `now` is the moment it is asked as of. */
export interface Period {
  readonly from: string
  readonly to: string
  readonly now: string
  readonly zone: string
}

/** A number that explains itself. No floats: a value is a decimal text, or null where there is nothing to measure. */
export interface Measured {
  readonly value: string | null
  readonly n: number
  /** Ids of the events behind it. */
  readonly events: readonly string[]
}

/** A measured number with what it takes to derive it again. */
export interface Figure extends Measured {
  readonly measure: string
  readonly version: number
  /** Id of the last event that its models had seen; absent before the first. */
  readonly last?: string
}
export type Figures = Readonly<Record<string, Figure>>

/** What a decision asks projection: these measures, over a period, seen by an audience, as of an event or as of now. */
export interface Wanted {
  readonly measures: readonly string[]
  readonly from: string
  readonly to: string
  readonly audience: Audience
  /** Id of an event: as of just after it, on the recorded clock. */
  readonly asOf?: string
}

export type DocumentsOf<M extends string> = Readonly<Record<M, readonly (Doc & { readonly id: string })[]>>

export interface MeasureDef<M extends string> {
  readonly name: string
  /** Another result for the same events needs another version. */
  readonly version: number
  readonly words: Words
  readonly unit: 'count' | 'ratio' | 'minutes' | 'days'
  /** The read models that it reads, by their names; all of the engagement. */
  readonly models: Readonly<Record<M, AnyReadModel>>
  /** Pure, over the engagement's documents (personal values sealed). */
  compute(documents: DocumentsOf<M>, period: Period): Measured
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyMeasure = MeasureDef<any>

export const measure = <M extends string>(def: MeasureDef<M>): MeasureDef<M> => def

/** The share as a decimal text with four places, null of nothing. */
export const share = (part: number, whole: number): string | null => (whole === 0 ? null : (part / whole).toFixed(4))
