import { Corrupt } from './errors.ts'
import type { Actor, Visibility } from './event.ts'
import type { Doc, Position, StoredEvent } from './ports.ts'
import type { Occurred } from './time.ts'

/** What the writer stores beside the data (contracts.md §1). */
export interface Metadata extends Occurred {
  /** Schema version of the data. */
  readonly v: number
  readonly tenant: string
  readonly client?: string
  readonly engagement?: string
  readonly actor: Actor
  readonly commandId: string
  /** Absent once it could not be computed: a subject's key is destroyed. */
  readonly fingerprint?: string
  /** Ids of the last events of the facts it was decided on. */
  readonly basis?: readonly string[]
  readonly correlation: string
  readonly causation?: string
  readonly visibility: Visibility
  /** Back-dated by more than the tenant allows; never on an imported fact. */
  readonly late?: true
  readonly corrects?: readonly string[]
  readonly answers?: readonly string[]
  readonly import?: {
    readonly batch: string
    readonly source: string
    readonly reference?: string
    readonly payload?: string
  }
  /** Key ids of its personal fields. */
  readonly subjects?: readonly string[]
}

/** A stored event as folds see it: parsed, brought to the version of today. */
export interface Recorded<N extends string = string, T = Doc> extends Occurred {
  readonly type: N
  readonly data: T
  readonly id: string
  readonly stream: string
  readonly kind: string
  readonly streamId: string
  readonly revision: number
  readonly position: Position
  readonly recordedAt: string
  readonly actor: Actor
  readonly meta: Metadata
}

/** `<context>.<stream>-<tenant>~<id>`: the only place that builds the name of a stream. */
export const streamName = (kind: string, tenant: string, id: string): string => `${kind}-${tenant}~${id}`
export const tenantPattern = /^[a-z0-9]{3,32}$/

export function parseStreamName(name: string): { readonly kind: string; readonly tenant: string; readonly id: string } {
  const tilde = name.lastIndexOf('~')
  const dash = name.lastIndexOf('-', tilde)
  if (tilde < 0 || dash < 0) throw new Corrupt(`${name} is not the name of a stream.`)
  return { kind: name.slice(0, dash), tenant: name.slice(dash + 1, tilde), id: name.slice(tilde + 1) }
}

/** The last part of a stream's kind: what its key ids and its routes are called by. */
export const shortKind = (kind: string): string => kind.slice(kind.indexOf('.') + 1)
/** `<kind>/<id>`, the name of a subject's key. */
export const kidOf = (kind: string, id: string): string => `${shortKind(kind)}/${id}`

export function parseStored(stored: StoredEvent): Recorded {
  const meta = JSON.parse(stored.metadata) as Metadata
  const { kind, id } = parseStreamName(stored.stream)
  return {
    type: stored.type,
    data: JSON.parse(stored.data) as Doc,
    id: stored.id,
    stream: stored.stream,
    kind,
    streamId: id,
    revision: stored.revision,
    position: stored.position,
    recordedAt: stored.recordedAt,
    actor: meta.actor,
    occurredAt: meta.occurredAt,
    ...(meta.occurredOn !== undefined && { occurredOn: meta.occurredOn }),
    ...(meta.zone !== undefined && { zone: meta.zone }),
    meta,
  }
}
