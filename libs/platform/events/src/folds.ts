import type { Asked } from './decision.ts'
import type { Fact } from './event.ts'
import type { EventStore } from './ports.ts'
import { streamName } from './names.ts'
import type { Metadata, Recorded } from './recorded.ts'
import type { Registry } from './registry.ts'
import { isBefore, type Occurred } from './time.ts'

/** What is known of a stream that has events. States are sealed, so that they may be kept. */
export interface Folded<S = unknown> {
  readonly state: S
  readonly revision: number
  readonly position: string
  /** Id of the last event. */
  readonly last: string
  readonly first: Pick<Metadata, 'client' | 'engagement'> & { readonly id: string }
  /** When the stream began, as the corrections of its first event say. */
  readonly began: Occurred
  /** By command id: what `handle` answers when the command comes again. May know of events behind this revision already. */
  readonly commands: ReadonlyMap<string, Recording>
}
/** What one command recorded, up to its last event. */
export interface Recording {
  readonly fingerprint: string | undefined
  readonly revision: number
  readonly position: string
  readonly events: number
}
/** As they are kept. */
interface Kept extends Folded {
  readonly commands: Map<string, Recording>
}

const MOST = 2_000
/** Streams longer than this are not kept, so that the cache stays bounded in bytes too. */
const LONGEST = 1_000

/** Folds of streams, kept per process and brought up to date at each use: safe because an append compares the revision. */
export class Folds {
  readonly #store: EventStore
  readonly #registry: Registry
  readonly #kept = new Map<string, Kept>()

  constructor(store: EventStore, registry: Registry) {
    this.#store = store
    this.#registry = registry
  }

  /** The state of a stream, or undefined where it has no event. */
  async state(kind: string, tenant: string, id: string): Promise<Folded | undefined> {
    const { initial } = this.#registry.served(kind)!.stream
    return this.#load(streamName(kind, tenant, id), '', initial, (state, recorded) =>
      this.#registry.evolve(kind, state, recorded),
    )
  }

  /** What a fact says of a stream, or undefined where it has no event (`act`: none that had happened by then). */
  async fact<T>(
    tenant: string,
    asked: Asked<T>,
    act: Occurred,
  ): Promise<{ readonly state: T; readonly last: string } | undefined> {
    const { fact, id } = asked
    const name = streamName(fact.stream, tenant, id)
    const evolve = (state: unknown, recorded: Recorded): unknown =>
      this.#registry.evolveFact(fact, state as T, recorded)
    if (asked.asOf === 'now') {
      const folded = await this.#load(name, factKey(fact), fact.initial, evolve)
      return folded && { state: folded.state as T, last: folded.last }
    }
    const events = (await this.#store.read(name)).map((stored) => this.#registry.read(stored))
    const times = effectiveTimes(events)
    const then = events.filter((e) => !isBefore(act, times.get(e.id)!))
    return then.length === 0
      ? undefined
      : { state: then.reduce((s, e) => evolve(s, e) as T, fact.initial), last: then.at(-1)!.id }
  }

  async #load(
    name: string,
    view: string,
    initial: unknown,
    evolve: (state: unknown, recorded: Recorded) => unknown,
  ): Promise<Folded | undefined> {
    const key = `${view} ${name}`
    const kept = this.#kept.get(key)
    const fresh = await this.#store.read(name, kept === undefined ? {} : { from: kept.revision + 1 })
    if (fresh.length === 0) return kept
    let { state, first, began } = kept ?? { state: initial, first: undefined, began: undefined }
    const news: Recorded[] = []
    for (const stored of fresh) {
      const recorded = this.#registry.read(stored)
      const { meta } = recorded
      if (first === undefined)
        first = {
          id: recorded.id,
          ...(meta.client && { client: meta.client }),
          ...(meta.engagement && { engagement: meta.engagement }),
        }
      if (began === undefined || meta.corrects?.includes(first.id)) began = recorded
      state = evolve(state, recorded)
      news.push(recorded)
    }
    const last = fresh.at(-1)!
    // One map grows with the stream, whoever holds it: that a command stands already is true for a state before it too.
    const commands = kept?.commands ?? new Map<string, Recording>()
    for (const { meta, revision, position } of news) {
      const before = commands.get(meta.commandId)
      // Somebody who read at the same time counted it.
      if (before !== undefined && before.revision >= revision) continue
      commands.set(meta.commandId, {
        fingerprint: meta.fingerprint,
        revision,
        position,
        events: (before?.events ?? 0) + 1,
      })
    }
    const folded: Kept = {
      state,
      revision: last.revision,
      position: last.position,
      last: last.id,
      first: first!,
      began: began!,
      commands,
    }
    this.#kept.delete(key)
    if (folded.revision < LONGEST) {
      if (this.#kept.size >= MOST) this.#kept.delete(this.#kept.keys().next().value!)
      this.#kept.set(key, folded)
    }
    return folded
  }
}

const factNames = new WeakMap<object, string>()
let facts = 0
const factKey = (fact: Fact<unknown> | object): string => {
  if (!factNames.has(fact)) factNames.set(fact, `fact-${++facts}`)
  return factNames.get(fact)!
}

/**
 * The effective time of each event: its occurredAt, or what the last correction of it gives, for the event and its corrections alike
 * (contracts.md §7). `events` are in recorded order.
 */
export function effectiveTimes(events: readonly Recorded[]): ReadonlyMap<string, Occurred> {
  const times = new Map<string, Occurred>()
  for (const event of events) {
    times.set(event.id, event)
    for (const id of event.meta.corrects ?? []) times.set(id, event)
  }
  return times
}
