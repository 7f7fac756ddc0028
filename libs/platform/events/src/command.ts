import type { Acting } from './decision.ts'
import type { Json } from './ports.ts'
import type { Occurred } from './time.ts'

/** A command as every way in brings it: HTTP, an import, a reaction, the clock. */
export interface Command {
  readonly tenant: string
  /** `<context>.<stream>` */
  readonly stream: string
  readonly decision: string
  /** The stream it acts on; absent for a create. */
  readonly id?: string
  readonly body: Json
  /** What the fingerprint covers, as received; by default the body and occurredAt. */
  readonly received?: Json
  readonly occurred?: Occurred | undefined
  readonly key: string
  /** The actor's id for a request, otherwise `import:<source>`, `reaction:<name>` or `clock`. */
  readonly source: string
  readonly actor: Acting
  readonly ifMatch?: number | undefined
  readonly cause?: { readonly event: string; readonly correlation: string }
  readonly import?: {
    readonly batch: string
    readonly source: string
    readonly reference?: string
    readonly personalReference?: boolean
  }
}

export interface Outcome {
  readonly id: string
  /** Revision and position of the command's last event; of the stream's last where the decision recorded nothing. */
  readonly revision: number
  readonly position: string
  /** How many events the command has recorded; 0 where the decision saw nothing to record. */
  readonly events: number
  /** It had been recorded before. */
  readonly replayed: boolean
}
