import { z } from 'zod'
import type { Plain, Shape, Stored, Words } from './fields.ts'
import type { Doc } from './ports.ts'
import { storedSchema } from './seal.ts'
import type { Occurred } from './time.ts'

declare const ofState: unique symbol

export type Visibility = 'internal' | 'client'

export interface Actor {
  readonly id: string
  readonly kind: 'person' | 'connector' | 'reaction' | 'clock' | 'system'
  readonly onBehalfOf?: string
}

/** What a fold is told about an event beside its data. */
export interface About extends Occurred {
  readonly id: string
  readonly streamId: string
  readonly actor: Actor
}

/** A fact that can be corrected later: its event, the corrections of it so far, and when it happened as the last of them says. */
export interface Mark extends Occurred {
  readonly ids: readonly string[]
}
const when = ({ occurredAt, occurredOn, zone }: Occurred): Occurred => ({
  occurredAt,
  ...(occurredOn !== undefined && { occurredOn }),
  ...(zone !== undefined && { zone }),
})
/** The mark of the event that is being folded. */
export const mark = (about: About): Mark => ({ ids: [about.id], ...when(about) })
/** The mark after a correction of it was folded. */
export const corrected = (before: Mark, about: About): Mark => ({ ids: [...before.ids, about.id], ...when(about) })

/** A step from the data of version k to that of k + 1; envelopes are copied unchanged. */
export type Upcasts = Readonly<Record<number, (data: Doc) => Doc>>

export interface PublicData {
  readonly contract: AnyPublicEvent
  readonly data: Doc
}
/** The public face of an event, for other contexts and for analysts, for ever. */
export interface PublicEvent<N extends string, D extends Shape> {
  (data: Stored<D>): PublicData
  readonly stream: string
  readonly type: N
  readonly version: number
  readonly shape: D
  readonly stored: z.ZodType
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyPublicEvent = PublicEvent<string, any>

export function publicEvent<const N extends string, D extends Shape>(
  stream: string,
  type: N,
  version: number,
  shape: D,
): PublicEvent<N, D> {
  const make = (data: Stored<D>): PublicData => ({ contract: made as AnyPublicEvent, data: pick(shape, data) })
  const made = Object.assign(make, {
    stream,
    type,
    version,
    shape,
    stored: storedSchema(z.strictObject(shape)),
  }) as PublicEvent<N, D>
  return made
}

export interface EventOptions {
  /** The fact that this event corrects. Without an occurredAt of the command it keeps the fact's. */
  readonly corrects?: Mark
  /** Ids of the events that this one answers. */
  readonly answers?: readonly string[]
  /** Only where the event's type leaves the visibility to the command. */
  readonly visibility?: Visibility
}

/** An event that a decision wants recorded. It belongs to streams of S only. */
export interface New<N extends string, S> {
  readonly type: N
  readonly event: AnyEvent
  readonly data: Doc
  readonly options: EventOptions
  readonly [ofState]?: (state: S) => S
}

export type Say<D extends Shape> = Words | { say(data: Stored<D>): Words }['say']
interface Told<D extends Shape, S> {
  /** Who may see it; `command`: the command chooses, through the event's options. */
  readonly visibility: Visibility | 'command'
  /** The sentence in both languages; `{field}` stands for a field of the data. No type name, id or stamp. */
  readonly say: Say<D>
  /** Texts that a timeline shows below the sentence. */
  readonly show?: readonly (keyof D & string)[]
  /** Recording this event destroys the key of its own stream's subject. */
  readonly destroysKey?: true
  readonly upcasts?: Upcasts
  evolve(state: S, data: Stored<D>, about: About): NoInfer<S>
}
export type Publish<D extends Shape> = 'none' | { publish(data: Stored<D>): readonly PublicData[] }['publish']

export interface EventType<N extends string, D extends Shape, S> {
  (data: Plain<D>, options?: EventOptions): New<N, S>
  readonly type: N
  readonly version: number
  readonly shape: D
  /** Of the data before sealing. */
  readonly plain: z.ZodType
  /** Of the data as stored. */
  readonly stored: z.ZodType
  readonly visibility: Visibility | 'command'
  readonly say: Say<D>
  readonly show: readonly string[]
  readonly destroysKey: boolean
  readonly upcasts: Upcasts
  publish(data: Stored<D>): readonly PublicData[]
  readonly contract?: AnyPublicEvent
  evolve(state: S, data: Stored<D>, about: About): S
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyEvent = EventType<string, any, any>

/** An event of ours: with a public face of the same data, or with a type, version and shape of its own and what it publishes. */
export function event<N extends string, D extends Shape, S>(
  contract: PublicEvent<N, D>,
  def: Told<D, S>,
): EventType<N, D, S>
export function event<const N extends string, D extends Shape, S>(
  type: N,
  version: number,
  shape: D,
  def: Told<D, S> & { readonly publish: Publish<D> },
): EventType<N, D, S>
export function event(...given: readonly unknown[]): AnyEvent {
  const contract = given.length === 2 ? (given[0] as AnyPublicEvent) : undefined
  const [type, version, shape] = contract
    ? [contract.type, contract.version, contract.shape as Shape]
    : (given as [string, number, Shape])
  const def = given.at(-1) as Told<Shape, unknown> & { publish?: Publish<Shape> }
  const publish = contract
    ? (data: Stored<Shape>) => [contract(data)]
    : def.publish === 'none' || !def.publish
      ? () => []
      : def.publish
  const plain = z.strictObject(shape)
  const make = (data: Plain<Shape>, options: EventOptions = {}): New<string, unknown> => ({
    type,
    event: made,
    data: pick(shape, data),
    options,
  })
  const made = Object.assign(make, {
    type,
    version,
    shape,
    plain,
    stored: storedSchema(plain),
    visibility: def.visibility,
    say: def.say,
    show: def.show ?? [],
    destroysKey: def.destroysKey ?? false,
    upcasts: def.upcasts ?? {},
    publish,
    ...(contract && { contract }),
    evolve: def.evolve,
  }) as AnyEvent
  return made
}

/** Only what the shape names: a command may bring more than its event keeps. */
function pick(shape: Shape, data: object): Doc {
  const given = data as Record<string, Doc[string] | undefined>
  return Object.fromEntries(
    Object.keys(shape).flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  )
}

// ── streams ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** To whom a stream's events belong; a fold of contract events of another stream, read when a decision is taken. */
export interface Fact<T> {
  readonly stream: string
  readonly initial: T
  readonly cases: ReadonlyMap<string, { evolve(state: T, data: never, about: About): T }>
}
export interface FactCase<T> {
  readonly contract: AnyPublicEvent
  evolve(state: T, data: never, about: About): T
}
export const onEvent = <D extends Shape, T>(
  contract: PublicEvent<string, D>,
  evolve: (state: T, data: Stored<D>, about: About) => T,
): FactCase<T> => ({ contract: contract as AnyPublicEvent, evolve: evolve as FactCase<T>['evolve'] })

/** What other contexts may know of a stream, folded from its contract events. */
export function fact<T>(stream: string, initial: T, cases: readonly FactCase<NoInfer<T>>[]): Fact<T> {
  return { stream, initial, cases: new Map(cases.map((c) => [c.contract.type, c])) }
}

/** `tenant`: of no client. `client`: the stream is the client. Otherwise engagement: the stream itself, or the fact that the create names. */
export type Scope =
  | { readonly level: 'tenant' }
  | { readonly level: 'client' }
  | { readonly level: 'engagement'; readonly fact?: Fact<{ readonly client?: string | undefined }> }

/** How a reference to this stream is called in a sentence: a text (sealed or not), or the stream whose name it bears. */
export type Label = unknown | { readonly stream: string; readonly id: string }

export interface Stream<S> {
  /** `<context>.<stream>` */
  readonly name: string
  /** The last part of a route: `/api/<context>/<plural>`. */
  readonly plural: string
  readonly initial: S
  readonly scope: Scope
  readonly events: ReadonlyMap<string, AnyEvent>
  label?(state: S): Label
  /** One a tenant, at an id that everybody can compute. */
  readonly singleton: boolean
  /** The identity that led here may be given to a new stream (an erased person's address, a finished import's file). */
  released?(state: S): boolean
}

const owners = new WeakMap<AnyEvent, string>()
/** The stream that an event type was given to. */
export const streamOf = (event: AnyEvent): string | undefined => owners.get(event)

export function stream<S>(
  name: string,
  def: {
    readonly initial: S
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    readonly events: readonly EventType<string, any, S>[]
    readonly scope: Scope
    readonly plural?: string
    readonly label?: (state: S) => Label
    readonly singleton?: true
    readonly released?: (state: S) => boolean
  },
): Stream<S> {
  const events = new Map(def.events.map((e) => [e.type, e as AnyEvent]))
  if (events.size !== def.events.length) throw new TypeError(`The stream ${name} names an event type twice.`)
  for (const e of def.events) owners.set(e as AnyEvent, name)
  const { initial, scope, label, released } = def
  return {
    name,
    plural: def.plural ?? `${name.slice(name.indexOf('.') + 1)}s`,
    initial,
    scope,
    events,
    singleton: def.singleton ?? false,
    ...(label && { label }),
    ...(released && { released }),
  }
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyStream = Stream<any>
