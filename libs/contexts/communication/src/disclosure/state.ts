import type { communication as contract } from '@rapport/contracts'
import type { Mark, Stored } from '@rapport/events'

type Made = Stored<typeof contract.DisclosureMade.shape>

/** A disclosure as its events made it. */
export interface Disclosure extends Omit<Made, 'engagement'> {
  /** The disclosure itself and the corrections of it. */
  readonly made: Mark
  readonly acknowledgedBy: readonly string[]
}
