import type { Acting } from '../decision.ts'
import type { Shape } from '../fields.ts'
import type { KeyRing } from '../key-ring.ts'
import { platformCodes } from '../platform-codes.ts'
import type { Doc, Documents, EventStore } from '../ports.ts'
import type { Projection } from '../projection.ts'
import type { Registry } from '../registry.ts'

export interface Ask {
  readonly tenant: string
  readonly actor: Acting
  readonly params: Readonly<Record<string, string>>
  /** One document instead of the list. */
  readonly id?: string
  /** The position that the answer must have reached. */
  readonly waitFor?: string
}
export interface Answer {
  readonly body: Doc
  /** Revision of the stream that a single document stands for. */
  readonly etag?: string
}
/** A question that projection answers: `GET /api/views/<name>`. */
export interface View {
  readonly name: string
  readonly summary: string
  readonly parameters: Shape
  /** The parameters of `/<name>/{id}`; by default those of the list. */
  readonly one?: Shape
  /** Its addresses: `list` is `/<name>`, `one` is `/<name>/{id}`. */
  readonly at: readonly ('list' | 'one')[]
  /** The kind of stream whose documents it holds by id. */
  readonly stream?: string
  ask(request: Ask): Promise<Answer>
}

export interface ViewsDeps {
  readonly store: EventStore
  readonly documents: Documents
  readonly keys: KeyRing
  readonly registry: Registry
  readonly projection: Pick<Projection, 'collection' | 'waitFor' | 'lag'>
  /** By default the machine's. */
  readonly clock?: () => Temporal.Instant
  readonly member: (
    actor: Acting,
    tenant: string,
    scope: { readonly client?: string; readonly engagement?: string },
  ) => Promise<boolean>
  /** Name and zone of an engagement, and whether all of it is made up; undefined where there is none. */
  readonly engagement: (
    tenant: string,
    id: string,
  ) => Promise<
    | {
        readonly name: string
        readonly zone: string
        readonly client?: string | undefined
        readonly simulated?: boolean
      }
    | undefined
  >
}

/** Codes that a view can answer with. */
export const viewCodes = {
  'invalid-query': 'A parameter is missing, unknown or malformed; `errors` names it.',
  'as-of-invalid': 'asOf takes an instant with an offset, a date, or on the recorded clock an event id or a position.',
  'as-of-too-large': 'The past of this scope has more than 50,000 events.',
  'cursor-invalid': 'The cursor belongs to no page of this query.',
  'cursor-stale': 'The model has another version since; begin again without a cursor.',
  'invalid-position': 'wait-for takes a position as a command answered it.',
  lagging: 'The read models have not reached the position yet; `lag` says where they are.',
  'not-found': platformCodes['not-found'],
  forbidden: platformCodes.forbidden,
} as const
