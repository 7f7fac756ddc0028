import type { Words } from './fields.ts'
import type { Doc } from './ports.ts'
import type { AnyReadModel, Audience } from './read-model.ts'

/** From an instant up to, not including, another; `now` is the moment it is asked as of: what happened later counts for nothing. */
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
  /** The read models behind it, `<name>.v<version>`. */
  readonly models: readonly string[]
  /** Id of the last event that its models had seen; absent before the first. */
  readonly last?: string
}
export type Figures = Readonly<Record<string, Figure>>

/** What a decision asks projection: these measures, over a period, seen by an audience, as of now. */
export interface Wanted {
  readonly measures: readonly string[]
  /** An instant, or a day of the engagement's zone. */
  readonly from: string
  /** An instant, not included; or a day, included. */
  readonly to: string
  readonly audience: Audience
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

/** The p-th percentile by nearest rank (p in percent), of minutes or days that are whole; null of nothing. */
export function percentile(values: readonly number[], p: number): string | null {
  const sorted = values.toSorted((a, b) => a - b)
  const found = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]
  return found === undefined ? null : String(found)
}
