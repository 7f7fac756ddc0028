import type { communication as contract } from '@rapport/contracts'

/** An engagement's plan as its events made it, and what its clock has judged. */
export interface CommunicationPlan extends contract.PlanKnown {
  readonly engagement: string
  /** `<cadence> <slot>` of every slot that was judged. */
  readonly judged: readonly string[]
  /** When the latest of them was planned; '' where none was judged. */
  readonly judgedTo: string
  /** What each recorded silence followed: the event of the last contact, '' for the beginning of the plan. */
  readonly silences: readonly string[]
}
