import type { communication as contract } from '@rapport/contracts'
import type { Stored } from '@rapport/events'

/** A report as its events made it: its draft, or its last version. */
export interface StatusReport extends Stored<typeof contract.ReportDrafted.shape> {
  /** 0 as long as it is a draft. */
  readonly version: number
  /** The event of the last version. */
  readonly last?: string
  /** Who acknowledged the last version. */
  readonly acknowledgedBy: readonly string[]
}
