import type { communication as contract } from '@rapport/contracts'
import type { Occurred, Stored } from '@rapport/events'

/** A business review as its events made it. */
export interface BusinessReview extends Stored<typeof contract.BusinessReviewScheduled.shape> {
  readonly held?: Occurred
  readonly agreed: boolean
}
