import type { engagements as contract } from '@rapport/contracts'
import type { Mark, Ref, Sealed, Stored } from '@rapport/events'

/** A natural person, the subject of personal data. */
export interface Person {
  readonly name: Sealed<string>
  readonly mail?: Sealed<string>
  /** The registration and the corrections of it. */
  readonly registered: Mark
  readonly mergedInto?: Ref<'engagements.person'>
  /** Records of the same person that were merged into this one. */
  readonly absorbed?: readonly Ref<'engagements.person'>[]
  /** Who asked for the erasure, and on which basis. */
  readonly request?: Stored<typeof contract.PersonErasureRequested.shape> & { readonly by: string }
  readonly erased: boolean
}
