import { expect } from '@jest/globals'
import {
  context,
  decision,
  Folds,
  Handle,
  KeyRing,
  MemoryEventStore,
  MemoryKeys,
  Refusal,
  Registry,
  serve,
  streamName,
  type Acting,
  type AnyDecision,
  type AnyStream,
  type Asked,
  type Decision,
  type Doc,
  type Fact,
  type Identity,
  type New,
  type Occurred,
  type Outcome,
  type Recorded,
  type Ref,
  type Shape,
  type Stream,
} from '@rapport/events'
import { z } from 'zod'

/** Ids that specs may use where only their form matters, a reference to whatever is wanted. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const anId = (n: number): Ref<any> => `0192f0c1-7b7a-7c3e-8b8a-${String(n).padStart(12, '0')}` as Ref<any>
const TENANT = 'spec'
const ENGAGEMENT = anId(900)
const CLIENT = anId(901)

export interface Act {
  /** Default: a project manager. */
  readonly as?: Partial<Acting>
  /** Default: 2026-03-02T12:00:00Z. */
  readonly now?: string
  readonly occurred?: Occurred
  readonly key?: string
}

class SpecFolds extends Folds {
  readonly known = new Map<string, unknown>()

  override async fact<T>(
    tenant: string,
    asked: Asked<T>,
    act: Occurred,
  ): Promise<{ readonly state: T; readonly last: string } | undefined> {
    const name = `${asked.fact.stream} ${asked.id}`
    if (this.known.has(name))
      return { state: { ...asked.fact.initial, ...(this.known.get(name) as object) } as T, last: anId(999) }
    // The engagement that everything in a spec belongs to.
    if (asked.id === ENGAGEMENT) return { state: { ...asked.fact.initial, client: CLIENT } as T, last: anId(998) }
    return super.fact(tenant, asked, act)
  }
}

/** A stream's history, and what else was known: the first third of a decision's spec. The command goes the real way, through `handle`. */
export function given<S>(stream: Stream<S>, events: readonly New<string, S>[] = [], times: Act = {}): Given<S> {
  return new Given(stream, events, times)
}

class Given<S> {
  readonly #stream: AnyStream
  readonly #events: readonly New<string, S>[]
  readonly #times: Act
  readonly #facts: [string, unknown][] = []

  constructor(stream: Stream<S>, events: readonly New<string, S>[], times: Act) {
    this.#stream = stream as AnyStream
    this.#events = events
    this.#times = times
  }

  /** What another stream says, as its fact would answer. */
  fact<T>(fact: Fact<T>, id: string, state: Partial<T>): this {
    this.#facts.push([`${fact.stream} ${id}`, state])
    return this
  }

  /** Sends the command (or what it is, given the stream's own id). Await one of `then…` of what it answers. */
  when<D extends Shape, C extends string, F>(
    on: Decision<S, D, C, F>,
    command:
      z.input<z.ZodObject<D>> | Readonly<Record<string, unknown>> | ((id: string) => Readonly<Record<string, unknown>>),
    act: Act = {},
  ): When<S> {
    return new When(this.#run(on as AnyDecision, command, act))
  }

  async #run(on: AnyDecision, command: unknown, act: Act): Promise<Result> {
    const begin = decision(this.#stream, 'given', {
      summary: 'What a spec takes as given.',
      creates: true,
      rules: [],
      roles: ['system'],
      command: { engagement: z.string(), client: z.string() },
      errors: {},
      example: {},
      // What is given stands where its own create would have put it.
      ...(on.creates && on.identity && { identity: () => on.identity!(this.#events[0]!.data as never) as Identity }),
      decide: () => this.#events,
    })
    const registry = new Registry([context({ name: 'spec', streams: [serve(this.#stream, [on, begin])] })])
    let now = Temporal.Instant.from(this.#times.now ?? '2026-03-01T12:00:00Z')
    const store = new MemoryEventStore({ now: () => now.epochMilliseconds })
    const keys = new KeyRing(new MemoryKeys({ seed: 'spec' }))
    const folds = new SpecFolds(store, registry)
    for (const [name, state] of this.#facts) folds.known.set(name, state)
    const handle = new Handle({ store, keys, registry, folds, clock: () => now })
    const kind = this.#stream.name
    let id: string | undefined
    if (this.#events.length > 0) {
      const actor: Acting = { id: anId(1), kind: 'person', role: 'system', ...this.#times.as }
      const { occurred } = this.#times
      const seeded = await handle.handle({
        tenant: TENANT,
        stream: kind,
        decision: 'given',
        body: { engagement: ENGAGEMENT, client: CLIENT },
        key: 'given',
        source: actor.id,
        actor,
        occurred,
      })
      id = seeded.id
    }
    now = Temporal.Instant.from(act.now ?? '2026-03-02T12:00:00Z')
    const before = await count(store)
    const actor: Acting = { id: anId(2), kind: 'person', role: on.roles[0]!, ...act.as }
    const body: unknown = typeof command === 'function' ? (command as (id: string | undefined) => unknown)(id) : command
    const full =
      on.creates === true && this.#stream.scope.level === 'engagement' && this.#stream.scope.fact
        ? { engagement: ENGAGEMENT, ...(body as object) }
        : body
    try {
      const outcome = await handle.handle({
        tenant: TENANT,
        stream: kind,
        decision: on.name,
        ...(on.creates !== true && !this.#stream.singleton && id !== undefined && { id }),
        body: full as Doc,
        key: act.key ?? 'when',
        source: actor.id,
        actor,
        occurred: act.occurred,
      })
      const stored = await store.read(streamName(kind, TENANT, outcome.id))
      const recorded: Recorded[] = []
      for (const event of stored.map((e) => registry.read(e)))
        recorded.push({ ...event, data: (await keys.open(TENANT, event.data)) as Doc })
      const state = await keys.open(
        TENANT,
        recorded.length === 0 ? undefined : (await folds.state(kind, TENANT, outcome.id))?.state,
      )
      return {
        outcome,
        added: recorded.slice(recorded.length - outcome.events),
        state,
        before,
        after: await count(store),
      }
    } catch (error) {
      return { error, added: [], before, after: await count(store) }
    }
  }
}

interface Result {
  readonly outcome?: Outcome
  readonly error?: unknown
  readonly added: readonly Recorded[]
  readonly state?: unknown
  readonly before: number
  readonly after: number
}

class When<S> {
  readonly #result: Promise<Result>

  constructor(result: Promise<Result>) {
    this.#result = result
  }

  /** Exactly these events were recorded, with these data. Answers them as recorded, opened. */
  async thenRecorded(events: readonly New<string, S>[]): Promise<readonly Recorded[]> {
    const { error, added } = await this.#result
    if (error !== undefined) throw error
    expect(added.map(({ type, data }) => ({ type, data }))).toEqual(events.map(({ type, data }) => ({ type, data })))
    return added
  }

  /** The state, opened, has at least these members afterwards. */
  async thenState(part: Readonly<Record<string, unknown>>): Promise<void> {
    const { error, state } = await this.#result
    if (error !== undefined) throw error
    expect(state).toMatchObject(part)
  }

  /** The command is refused with this code and nothing was recorded. */
  async thenRefused(code: string, detail?: Readonly<Record<string, unknown>>): Promise<void> {
    const { error, before, after } = await this.#result
    if (error !== undefined && !(error instanceof Refusal)) throw error
    expect(error).toBeInstanceOf(Refusal)
    expect((error as Refusal).code).toBe(code)
    if (detail !== undefined) expect((error as Refusal).detail).toMatchObject(detail)
    expect(after).toBe(before)
  }

  /** Accepted, and nothing to record. */
  async thenNothing(): Promise<void> {
    const { error, added, before, after } = await this.#result
    if (error !== undefined) throw error
    expect(added).toEqual([])
    expect(after).toBe(before)
  }
}

async function count(store: MemoryEventStore): Promise<number> {
  const done = new AbortController()
  let events = 0
  for await (const page of store.follow({ from: '', prefixes: [], signal: done.signal })) {
    events += page.events.length
    if (page.caughtUp) break
  }
  done.abort()
  return events
}
