import type { Context, Served } from './context.ts'
import type { AnyDecision } from './decision.ts'
import { Corrupt } from './errors.ts'
import type { AnyEvent, Fact, PublicData } from './event.ts'
import type { Doc, StoredEvent } from './ports.ts'
import type { AnyReadModel } from './read-model.ts'
import { parseStored, type Recorded } from './recorded.ts'

/** Every list of every context, to look things up by name. Nothing is discovered, all of it is given. */
export class Registry {
  readonly contexts: readonly Context[]
  readonly #served = new Map<string, Served>()
  readonly #decisions = new Map<string, AnyDecision>()

  constructor(contexts: readonly Context[]) {
    this.contexts = contexts
    for (const served of contexts.flatMap((c) => c.streams)) {
      if (this.#served.has(served.stream.name)) throw new TypeError(`The stream ${served.stream.name} is served twice.`)
      this.#served.set(served.stream.name, served)
      for (const decision of served.decisions) this.#decisions.set(`${served.stream.name}/${decision.name}`, decision)
    }
  }

  get streams(): readonly Served[] {
    return [...this.#served.values()]
  }
  get models(): readonly AnyReadModel[] {
    return this.contexts.flatMap((c) => c.readModels)
  }
  served(kind: string): Served | undefined {
    return this.#served.get(kind)
  }
  decision(kind: string, name: string): AnyDecision | undefined {
    return this.#decisions.get(`${kind}/${name}`)
  }
  prefixes(): readonly string[] {
    return this.contexts.map((c) => `${c.name}.`)
  }

  eventOf(kind: string, type: string): AnyEvent {
    const found = this.#served.get(kind)?.stream.events.get(type)
    if (found === undefined) throw new Corrupt(`Unknown event type ${type} in ${kind}.`, { kind, type })
    return found
  }

  /** The stored event, parsed and brought to the version of today; an unknown type or a newer version is {@link Corrupt}. */
  read(stored: StoredEvent): Recorded {
    const recorded = parseStored(stored)
    const definition = this.eventOf(recorded.kind, recorded.type)
    if (recorded.meta.v === definition.version) return recorded
    return { ...recorded, data: upcast(definition, recorded.data, recorded.meta.v) }
  }

  /** What other contexts may know of it. */
  published(recorded: Recorded): readonly PublicData[] {
    return this.eventOf(recorded.kind, recorded.type).publish(recorded.data as never)
  }

  /** Folds a stream's events of today's versions into its state. */
  evolve(kind: string, state: unknown, recorded: Recorded): unknown {
    return this.eventOf(kind, recorded.type).evolve(state, recorded.data as never, about(recorded))
  }

  evolveFact<T>(fact: Fact<T>, state: T, recorded: Recorded): T {
    for (const { contract, data } of this.published(recorded)) {
      const found = fact.cases.get(contract.type)
      if (found !== undefined) state = found.evolve(state, data as never, about(recorded))
    }
    return state
  }
}

export const about = (r: Recorded) => ({
  id: r.id,
  streamId: r.streamId,
  actor: r.actor,
  occurredAt: r.occurredAt,
  ...(r.occurredOn !== undefined && { occurredOn: r.occurredOn }),
  ...(r.zone !== undefined && { zone: r.zone }),
})

export function upcast(definition: AnyEvent, data: Doc, from: number): Doc {
  let next = data
  for (let version = from; version < definition.version; version++) {
    const step = definition.upcasts[version]
    if (step === undefined) throw new Corrupt(`${definition.type} has no step from version ${version}.`)
    next = step(next)
  }
  if (from > definition.version) throw new Corrupt(`${definition.type} version ${from} was written by a newer release.`)
  return next
}
