import type { Setting } from '../work.ts'
import type { Deployment } from './deployment.ts'

/** Callers and connections at the same time. */
export const CALLERS = 32

/** One run on the servers: where, and how large. */
export interface ServersSetting extends Setting {
  readonly deployment: Deployment
  /** Events in all that a work is measured with. */
  readonly events: number
  /** What several works measured together; made by the first that asks. */
  once<T>(name: string, measure: () => Promise<T>): Promise<T>
}

/** Milliseconds from the answer to a command until it was told, or readable. */
export interface LagFigure {
  /** Commands a second meanwhile. */
  readonly pace: number
  readonly p50: number
  readonly p99: number
  readonly samples: number
}

/** A rate for each round. `control`: of the bare loops in the same rounds, where there are any. */
export interface ServersMeasured {
  readonly ours: readonly number[]
  readonly control?: readonly number[]
  readonly lag?: LagFigure
  /** Sentences for the report. */
  readonly notes?: readonly string[]
}

export interface ServersWork {
  readonly name: string
  /** What the rates count. */
  readonly unit: string
  /** The least ratio of ours to the control, where one is set. */
  readonly goal?: number
  /** What is done, in a few words. */
  readonly words: string
  /** What the control is. */
  readonly beside: string
  run(setting: ServersSetting): Promise<ServersMeasured>
}
