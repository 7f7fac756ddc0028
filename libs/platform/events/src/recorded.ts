import type { Actor, Visibility } from './event.ts'
import type { Doc, Position, StoredEvent } from './ports.ts'
import { parseStreamName } from './names.ts'
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
