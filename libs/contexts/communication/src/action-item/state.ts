import type { communication as contract } from '@rapport/contracts'
import type { Stored } from '@rapport/events'

/** An action item as its events made it. */
export interface ActionItem extends Stored<typeof contract.ActionItemAssigned.shape> {
  readonly status: 'open' | 'completed' | 'cancelled'
  /** How often it was carried over. */
  readonly carriedOver: number
}
