import { hash } from 'node:crypto'
import {
  canonical,
  foldingsOf,
  mapEnvelopes,
  type AnyReadModel,
  type Doc,
  type Json,
  type Recorded,
  type Registry,
  type StoredEvent,
} from '@rapport/events'

/** Envelopes hold a random salt and iv: what counts is where they come from and whose they are. */
const normal = (value: unknown): Json => mapEnvelopes(value, ({ kid, of }) => ({ kid, of: [...of] })) as Json
const digest = (value: unknown): string => hash('sha256', canonical(value)).slice(0, 32)

export interface Folded {
  /** Of the events that the model folds. */
  readonly events: string
  /** Of the documents that come out, of each audience. */
  readonly documents: string
}

/** Folds events into a model's documents; undefined where it folds none of them. */
export function foldModel(registry: Registry, model: AnyReadModel, stored: readonly StoredEvent[]): Folded | undefined {
  const events = stored.map((event) => ({ stored: event, event: registry.read(event), recorded: event.recordedAt }))
  const foldings = foldingsOf(model, registry)
  const told = events.filter((event) => foldings.some((folding) => folding.wants(event)))
  if (told.length === 0) return undefined
  const documents = foldings.map((folding) => {
    const held = new Map<string, Doc>()
    for (const entry of told.filter((e) => folding.wants(e)))
      for (const id of folding.ids(entry)) {
        const next = folding.evolve(held.get(id), entry, id)
        if (next === 'delete') held.delete(id)
        else held.set(id, next)
      }
    return [folding.name, [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, doc]) => [id, normal(doc)])]
  })
  return { events: digest(told.map(({ event }) => known(event))), documents: digest(documents) }
}

/** What a fold may look at: not what an event was decided on, nor its place in the order of one store. */
function known({ position: _, recordedAt: __, meta: { basis: ___, ...meta }, ...event }: Recorded): Json {
  return normal({ ...event, meta })
}
