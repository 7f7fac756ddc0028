import type { Doc, Index, StoredEvent } from './ports.ts'
import type { PublicData } from './event.ts'
import { sees, type AnyReadModel, type Audience } from './read-model.ts'
import type { Recorded } from './recorded.ts'
import type { Registry } from './registry.ts'
import type { Words } from './fields.ts'

/** One event on its way through the projection. */
export interface Entry {
  readonly stored: StoredEvent
  /** Parsed, at the version of today. */
  readonly event: Recorded
  /** max(previous, recordedAt) over the whole order: what every as-of on the recorded clock uses. */
  readonly recorded: string
}

/** What the projection feeds: the log, or one audience's instance of a read model. */
export interface Folding {
  /** `<model>.v<version>.<audience>`; with a generation behind it the name of a collection. */
  readonly name: string
  readonly model: string
  readonly indexes: readonly Index[]
  /** The kinds of stream whose events it folds; undefined: all. */
  readonly kinds?: readonly string[]
  wants(entry: Entry): boolean
  ids(entry: Entry): readonly string[]
  evolve(doc: Doc | undefined, entry: Entry, id: string): Doc | 'delete'
}

export const foldingName = (model: { readonly name: string; readonly version: number }, audience: Audience): string =>
  `${model.name}.v${model.version}.${audience}`

/** The kinds of stream whose events a model folds. */
export const kindsOf = (model: AnyReadModel): readonly string[] => [...model.kinds]

/** `<stream kind>/<type>` names by kind, so that asking for one builds no text. */
function byKind(names: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const kinds = new Map<string, Set<string>>()
  for (const name of names) {
    const [kind, type] = name.split('/') as [string, string]
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(type))
  }
  return kinds
}

/** What each event publishes, worked out once for all models that fold it. */
const published = new WeakMap<Recorded, readonly PublicData[]>()
function publishedOf(event: Recorded, registry: Registry): readonly PublicData[] {
  let known = published.get(event)
  if (known === undefined) published.set(event, (known = registry.published(event)))
  return known
}

/** Answers the events that a stored event is to a model: itself where it is of the model's own list, the contract events it publishes where those are. */
function eventsFor(model: AnyReadModel, registry: Registry): (entry: Entry) => readonly Recorded[] {
  const types = byKind(model.types)
  const contracts = byKind(model.contracts)
  const made = new WeakMap<Entry, readonly Recorded[]>()
  return (entry) => {
    const { event } = entry
    if (types.get(event.kind)?.has(event.type) === true) return [event]
    if (contracts.size === 0 || !model.kinds.has(event.kind)) return []
    let events = made.get(entry)
    if (events === undefined) {
      events = publishedOf(event, registry)
        .filter(({ contract }) => contracts.get(contract.stream)?.has(contract.type))
        .map(({ contract, data }) => ({ ...event, type: contract.type, data }))
      made.set(entry, events)
    }
    return events
  }
}

/** One instance of a read model for each audience: the client's folds only what the client may see. */
export function foldingsOf(model: AnyReadModel, registry: Registry): readonly Folding[] {
  const events = eventsFor(model, registry)
  const ownIds = model.ids as ((event: Recorded) => readonly string[]) | undefined
  const idsOf = (event: Recorded): readonly string[] => ownIds?.(event) ?? [event.streamId]
  return model.audience.map((audience: Audience) => ({
    name: foldingName(model, audience),
    model: model.name,
    indexes: model.indexes,
    kinds: kindsOf(model),
    wants: (entry) => sees(audience, entry.event.meta.visibility) && events(entry).length > 0,
    ids: (entry) => (ownIds === undefined ? [entry.event.streamId] : [...new Set(events(entry).flatMap(idsOf))]),
    evolve(doc, entry, id) {
      let next: Doc | 'delete' | undefined = doc
      for (const event of events(entry))
        if (ownIds === undefined ? event.streamId === id : ownIds(event).includes(id))
          next = model.evolve(next === 'delete' ? undefined : next, event as never, id) as Doc | 'delete'
      if (next === 'delete' || next === undefined) return 'delete'
      const { meta, streamId, revision } = entry.event
      // What queries need of every document: whose it is, and the revision of the stream that it stands for.
      const whose =
        model.scope === 'engagement'
          ? { engagement: meta.engagement! }
          : model.scope === 'client'
            ? { client: meta.client! }
            : {}
      return { ...next, ...whose, ...(ownIds === undefined && id === streamId ? { revision } : {}) }
    },
  }))
}

// ── the log ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** One document a stored event, by which any read model of a scope can be folded again at any moment of the past (contracts.md §7). */
export interface LogEntry extends Doc {
  /** Position. */
  readonly at: string
  /** The engagement, else the client, else `tenant`. */
  readonly scope: string
  readonly recorded: string
  /** The first instant of when it happened, as the last correction of it says. */
  readonly effective: string
  /** `<effective> <at>`: sorts by when it happened, then by when it was recorded. */
  readonly moment: string
  readonly effectiveOn?: string
  readonly effectiveZone?: string
  readonly visibility: string
  /** Of the stream. */
  readonly kind: string
  readonly stream: string
  readonly revision: number
  readonly type: string
  readonly recordedAt: string
  readonly metadata: Doc
  readonly data: Doc
}

export const TENANT_SCOPE = 'tenant'
export const scopeOf = (meta: { readonly engagement?: string; readonly client?: string }): string =>
  meta.engagement ?? meta.client ?? TENANT_SCOPE

export const logModel = { name: 'log', version: 1, words: { en: 'log', zh: '日志' } satisfies Words } as const

export const logFolding: Folding = {
  name: foldingName(logModel, 'internal'),
  model: logModel.name,
  indexes: [
    [
      { field: 'scope', type: 'string' },
      { field: 'at', type: 'string' },
      { field: 'recorded', type: 'string' },
    ],
    [
      { field: 'scope', type: 'string' },
      { field: 'moment', type: 'string' },
      { field: 'visibility', type: 'string' },
    ],
    [{ field: 'at', type: 'string' }],
    [
      { field: 'kind', type: 'string' },
      { field: 'at', type: 'string' },
    ],
  ],
  wants: () => true,
  ids: ({ event }) => [event.id, ...(event.meta.corrects ?? [])],
  evolve(doc, { stored, event, recorded }, id) {
    const effective = {
      effective: event.occurredAt,
      ...(event.occurredOn !== undefined && { effectiveOn: event.occurredOn, effectiveZone: event.zone! }),
    }
    if (id !== event.id) {
      // A correction moves what it corrects, also out of a precision.
      const { effectiveOn: _, effectiveZone: __, ...rest } = doc as LogEntry
      return { ...rest, ...effective, moment: `${event.occurredAt} ${String(rest.at)}` }
    }
    return {
      at: stored.position,
      scope: scopeOf(event.meta),
      recorded,
      ...effective,
      moment: `${event.occurredAt} ${stored.position}`,
      visibility: event.meta.visibility,
      kind: event.kind,
      stream: stored.stream,
      revision: stored.revision,
      type: stored.type,
      recordedAt: stored.recordedAt,
      metadata: event.meta as unknown as Doc,
      data: JSON.parse(stored.data) as Doc,
    }
  },
}

/** The stored event that a log entry was made of. */
export const storedOf = (id: string, entry: LogEntry): StoredEvent => ({
  stream: entry.stream,
  revision: entry.revision,
  position: entry.at,
  recordedAt: entry.recordedAt,
  id,
  type: entry.type,
  metadata: JSON.stringify(entry.metadata),
  data: JSON.stringify(entry.data),
})
