import type { communication as contract } from '@rapport/contracts'
import type { Mark, Stored } from '@rapport/events'

/** A contact with the client as its events made it. */
export interface Interaction extends Stored<typeof contract.InteractionLogged.shape> {
  /** The contact itself and the corrections of it. */
  readonly made: Mark
}
