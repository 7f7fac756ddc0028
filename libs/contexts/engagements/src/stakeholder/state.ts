import type { engagements as contract } from '@rapport/contracts'
import type { Stored } from '@rapport/events'

type Added = Stored<typeof contract.StakeholderAdded.shape>

/** A person's role in an engagement. */
export interface Stakeholder extends Pick<Added, 'person' | 'side' | 'rights'> {
  readonly removed: boolean
}
