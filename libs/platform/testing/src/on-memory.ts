import {
  decision,
  Folds,
  Handle,
  KeyRing,
  MemoryEventStore,
  MemoryKeys,
  Registry,
  streamName,
  type Acting,
  type AnyDecision,
  type Asked,
  type Command,
  type Context,
  type Doc,
  type Fact,
  type Figure,
  type Identity,
  type New,
  type Occurred,
  type Outcome,
  type Recorded,
  type Ref,
  type Stream,
} from '@rapport/events'
import { z } from 'zod'

/** Ids that specs may use where only their form matters, a reference to whatever is wanted. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const anId = (n: number): Ref<any> => `0192f0c1-7b7a-7c3e-8b8a-${String(n).padStart(12, '0')}` as Ref<any>
export const TENANT = 'spec'
/** The engagement that everything in a spec belongs to, and its client. */
export const ENGAGEMENT = anId(900)
export const CLIENT = anId(901)

/** What `beginning` is sent with. */
export const SCOPE = { engagement: ENGAGEMENT, client: CLIENT } as const

/** A decision that records just these events, for what a spec takes as given. */
export const beginning = <S>(
  stream: Stream<S>,
  events: readonly New<string, S>[],
  identity?: () => Identity | undefined,
): AnyDecision =>
  decision(stream, 'given', {
    summary: 'What a spec takes as given.',
    creates: true,
    rules: [],
    roles: ['system'],
    command: { engagement: z.string(), client: z.string() },
    errors: {},
    example: SCOPE,
    ...(identity && { identity }),
    decide: () => events,
  })

/** Who sends a command, to which stream, when. */
export interface Sent {
  /** Default: a person in the decision's first role. */
  readonly as?: Partial<Acting> | undefined
  readonly id?: string | undefined
  readonly key?: string | undefined
  readonly occurred?: Occurred | undefined
}

/** Answers for streams that are not there what a spec says of them. */
class KnownFolds extends Folds {
  readonly known = new Map<string, object>()

  override async fact<T>(tenant: string, asked: Asked<T>, act: Occurred) {
    const known = (id: string) => this.known.get(`${asked.fact.stream} ${id}`)
    // A stream that is asked for by an identity is known by the value of it.
    const state =
      known(asked.id) ??
      (asked.identity && known(asked.identity.value)) ??
      (asked.id === ENGAGEMENT ? { client: CLIENT } : undefined)
    if (state !== undefined) return { state: { ...asked.fact.initial, ...state } as T, last: anId(999) }
    return super.fact(tenant, asked, act)
  }
}

/** Contexts on memory adapters, with a clock that stands where the spec puts it. Commands go the real way, through `handle`. */
export class OnMemory {
  now = Temporal.Instant.from('2026-03-01T12:00:00Z')
  readonly store = new MemoryEventStore({ now: () => this.now.epochMilliseconds })
  readonly keys = new KeyRing(new MemoryKeys({ seed: TENANT }))
  readonly registry: Registry
  readonly folds: KnownFolds
  readonly handle: Handle
  /** By measure: what is other than in {@link OnMemory.figure}. */
  figures: Readonly<Record<string, Partial<Figure>>> = {}
  #sent = 0

  constructor(contexts: readonly Context[]) {
    const { store, keys } = this
    this.registry = new Registry(contexts)
    this.folds = new KnownFolds(store, this.registry)
    this.handle = new Handle({
      store,
      keys,
      registry: this.registry,
      folds: this.folds,
      clock: () => this.now,
      figures: async (_, __, wanted) => Object.fromEntries(wanted.measures.map((name) => [name, this.figure(name)])),
    })
  }

  /** What projection answers of a measure; a spec may say another. */
  figure(measure: string): Figure {
    return {
      measure,
      version: 1,
      models: ['spec.v1'],
      value: '0.5000',
      n: 2,
      events: [anId(997), anId(998)],
      last: anId(998),
      ...this.figures[measure],
    }
  }

  /** What another stream says, as its fact would answer. */
  know<T>(fact: Fact<T>, id: string, state: Partial<T>): this {
    this.folds.known.set(`${fact.stream} ${id}`, state)
    return this
  }

  send(decision: AnyDecision, body: unknown, sent: Sent = {}): Promise<Outcome> {
    return this.handle.handle(this.command(decision, body, sent))
  }

  /** The command that {@link OnMemory.send} sends. */
  command(decision: AnyDecision, body: unknown, sent: Sent = {}): Command {
    const { name: stream, singleton } = decision.stream
    const actor: Acting = { id: anId(2), kind: 'person', role: decision.roles[0]!, ...sent.as }
    return {
      tenant: TENANT,
      stream,
      decision: decision.name,
      ...(decision.creates !== true && !singleton && sent.id !== undefined && { id: sent.id }),
      body: body as Doc,
      key: sent.key ?? `key-${++this.#sent}`,
      source: actor.id,
      actor,
      occurred: sent.occurred,
    }
  }

  /** How many events stand in the store. */
  get count(): number {
    return this.store.log.all.length
  }

  /** A stream's events as recorded, opened. */
  async events(kind: string, id: string): Promise<readonly Recorded[]> {
    const stored = await this.store.read(streamName(kind, TENANT, id))
    return Promise.all(
      stored
        .map((event) => this.registry.read(event))
        .map(async (event) => ({ ...event, data: (await this.keys.open(TENANT, event.data)) as Doc })),
    )
  }

  /** A stream's state, opened. */
  async state(kind: string, id: string): Promise<unknown> {
    return this.keys.open(TENANT, (await this.folds.state(kind, TENANT, id))?.state)
  }
}
