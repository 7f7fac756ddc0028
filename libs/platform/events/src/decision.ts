import { z } from 'zod'
import { canonical } from './canonical.ts'
import { Refusal } from './errors.ts'
import type { Actor, Fact, New, Stream } from './event.ts'
import type { Opened, Plain, Shape } from './fields.ts'
import type { Figures, Wanted } from './measure.ts'
import type { Occurred } from './time.ts'

/** `operator` runs the installation and sees no data; `system` is the house itself. */
export const roles = ['pm', 'auditor', 'client', 'admin', 'operator', 'system'] as const
export type Role = (typeof roles)[number]

/** A question to another stream; `act`: as of the command's occurredAt, for a right that must have stood when the act was done. */
export interface Asked<T> {
  readonly fact: Fact<T>
  readonly id: string
  readonly asOf: 'now' | 'act'
  /** In place of the id: what the stream's id follows from. A stream that does not exist is then the fact's beginning. */
  readonly identity?: Identity
}
/** Asks for a fact; a stream that does not exist (or is another tenant's) refuses the command with `reference-not-found`. */
export const of = <T>(fact: Fact<T>, id: string, asOf: 'now' | 'act' = 'now'): Asked<T> => ({ fact, id, asOf })
/** Asks for the fact of the one stream that has this identity, such as an engagement's plan; where there is none, the fact's beginning. */
export const perhaps = <T>(fact: Fact<T>, identity: Identity, asOf: 'now' | 'act' = 'now'): Asked<T> => ({
  fact,
  id: '',
  asOf,
  identity,
})

export type Answers<F> = {
  readonly [P in keyof F]: Exclude<F[P], undefined> extends Asked<infer T> ? Opened<T> : never
}

/** Who acts, as far as a decision may know; `stakeholder` is the one that a client's token speaks for. */
export interface Acting extends Actor {
  readonly role: Role
  readonly stakeholder?: string
}

/** What a decision is given beside state and command: never the wall clock. */
export interface Given<C extends string, F> {
  readonly now: Temporal.Instant
  /** When it happened: as the command says, otherwise now. */
  readonly occurred: Occurred
  /** Whether the command said when it happened. */
  readonly dated: boolean
  readonly actor: Acting
  /** The id of the stream that is decided on. */
  readonly id: string
  readonly facts: Answers<F>
  /** What projection answered to the decision's `figures`; empty where it asks for none. */
  readonly figures: Figures
  /** Refuses with a code of the decision's own list. Write `return refuse('code')`. */
  readonly refuse: (code: C, detail?: Readonly<Record<string, unknown>>) => never
}

/** Something everybody can compute a stream's id from, so that the same thing has one stream: a mail address, a mapping. */
export interface Identity {
  readonly label: string
  readonly value: string
}

export interface DecisionDef<S, D extends Shape, C extends string, F> {
  /** One sentence: what it does, for whom. */
  readonly summary: string
  /** It begins a stream. */
  readonly creates?: true
  /** A second way to begin a stream, asked for by its name below the address of all streams; a stream has one create without it. */
  readonly apart?: true
  readonly rules: readonly `I-${number}`[]
  readonly roles: readonly Role[]
  readonly command: D
  readonly errors: Readonly<Record<C, string>>
  /** A valid command, shown in the OpenAPI document and sent by its test. */
  readonly example: unknown
  /** Only for a create: what the stream's id follows from instead of the command's key. */
  identity?(command: Plain<D>): Identity | undefined
  facts?(command: Plain<D>, id: string, state: Opened<S>): F
  /** Figures that it needs from projection: facts about sets, which no caller may bring. */
  figures?(command: Plain<D>, state: Opened<S>): Wanted
  decide(state: Opened<S>, command: Plain<D>, given: Given<C, F>): readonly New<string, S>[]
}
export interface Decision<S, D extends Shape, C extends string, F = unknown> extends DecisionDef<S, D, C, F> {
  readonly stream: Stream<S>
  readonly name: string
  readonly schema: z.ZodType
  /** Decides by name only: what every runner needs. */
  readonly codes: readonly C[]
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyDecision = Decision<any, any, string, any>

/** One use case: from a stream's state and a command to events, or a refusal. */
export function decision<S, D extends Shape, C extends string = never, F = {}>(
  on: Stream<S>,
  name: string,
  def: DecisionDef<S, D, C, F>,
): Decision<S, D, C, F> {
  return { ...def, stream: on, name, schema: z.strictObject(def.command), codes: Object.keys(def.errors) as C[] }
}

/** The `refuse` of a decision: knows its codes and their words. */
export const refuser =
  (def: AnyDecision) =>
  (code: string, detail: Readonly<Record<string, unknown>> = {}): never => {
    throw new Refusal(code, def.errors[code] ?? code, detail)
  }

/** Whether any member of `wanted` says something else than what stands: a correction that changes nothing is none. */
export const changes = (stands: object, wanted: object): boolean =>
  Object.entries(wanted).some(
    ([name, value]) => canonical(value) !== canonical((stands as Record<string, unknown>)[name] ?? null),
  )
