import { expect } from '@jest/globals'
import {
  context,
  kidOf,
  Refusal,
  serve,
  type AnyDecision,
  type AnyStream,
  type Decision,
  type Fact,
  type Figure,
  type New,
  type Outcome,
  type Recorded,
  type Shape,
  type Stream,
} from '@rapport/events'
import type { z } from 'zod'
import { anId, beginning, ENGAGEMENT, OnMemory, SCOPE, TENANT, type Sent } from './on-memory.ts'

/** Who acts, and when. */
export interface Act extends Omit<Sent, 'id'> {
  /** Default: 2026-03-02T12:00:00Z; for what is given: the day before. */
  readonly now?: string
}

/** A stream's history, and what else was known: the first third of a decision's spec. The command goes the real way, through `handle`. */
export function given<S>(stream: Stream<S>, events: readonly New<string, S>[] = [], times: Act = {}): Given<S> {
  return new Given(stream, events, times)
}

class Given<S> {
  readonly #stream: AnyStream
  readonly #events: readonly New<string, S>[]
  readonly #times: Act
  readonly #facts: [Fact<unknown>, string, unknown][] = []
  #figures: Readonly<Record<string, Partial<Figure>>> = {}
  #erased = false

  constructor(stream: Stream<S>, events: readonly New<string, S>[], times: Act) {
    this.#stream = stream as AnyStream
    this.#events = events
    this.#times = times
  }

  /** What another stream says, as its fact would answer. */
  fact<T>(fact: Fact<T>, id: string, state: Partial<T>): this {
    this.#facts.push([fact as Fact<unknown>, id, state])
    return this
  }

  /** The texts of the engagement are erased after what is given. */
  erased(): this {
    this.#erased = true
    return this
  }

  /** What projection answers of these measures, where it matters. */
  measured(figures: Readonly<Record<string, Partial<Figure>>>): this {
    this.#figures = figures
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
    // What is given stands where its own create would have put it.
    const identity = on.creates && on.identity && (() => on.identity!(this.#events[0]!.data as never))
    const begin = beginning(this.#stream, this.#events, identity)
    const house = new OnMemory([context({ name: 'spec', streams: [serve(this.#stream, [on, begin])] })])
    for (const [fact, id, state] of this.#facts) house.know(fact, id, state as object)
    house.figures = this.#figures
    if (this.#times.now !== undefined) house.now = Temporal.Instant.from(this.#times.now)
    let id: string | undefined
    if (this.#events.length > 0) {
      const as = { id: anId(1), ...this.#times.as, role: 'system' } as const
      id = (await house.send(begin, SCOPE, { key: 'given', as, occurred: this.#times.occurred })).id
    }
    if (this.#erased)
      await house.keys.destroy(TENANT, kidOf('engagements.engagement', ENGAGEMENT), '2026-03-02T00:00:00.000Z')
    house.now = Temporal.Instant.from(act.now ?? '2026-03-02T12:00:00Z')
    const before = house.count
    const { scope } = this.#stream
    const inEngagement = on.creates === true && scope.level === 'engagement' && scope.fact !== undefined
    const body =
      typeof command === 'function' ? (command as (id: string | undefined) => object)(id) : (command as object)
    try {
      const outcome = await house.send(on, inEngagement ? { engagement: ENGAGEMENT, ...body } : body, {
        key: 'when',
        ...act,
        id,
      })
      const events = await house.events(this.#stream.name, outcome.id)
      const added = events.slice(events.length - outcome.events)
      return { outcome, added, state: await house.state(this.#stream.name, outcome.id), before, after: house.count }
    } catch (error) {
      return { error, added: [], before, after: house.count }
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

  /** Something was recorded. Answers it, opened. */
  async thenAdded(): Promise<readonly Recorded[]> {
    const { error, added } = await this.#result
    if (error !== undefined) throw error
    expect(added).not.toEqual([])
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
