import type { communication as contract } from '@rapport/contracts'
import type { Mark, Occurred, Sealed, Stored } from '@rapport/events'

type Scheduled = Stored<typeof contract.MeetingScheduled.shape>
type Held = Stored<typeof contract.MeetingHeld.shape>

/** A meeting as its events made it. */
export interface Meeting extends Pick<Scheduled, 'engagement' | 'audience' | 'cadence' | 'slot'> {
  readonly title: Sealed<string>
  readonly stands: 'scheduled' | 'cancelled' | 'held'
  /** What a meeting that was put on file only afterwards does not have. */
  readonly planned?: Pick<Scheduled, 'startsAt' | 'durationMinutes' | 'missedAfter'>
  /** That it was missed, and by when. */
  readonly missed?: { readonly event: string; readonly due: string }
  readonly held?: Occurred
  readonly attendees: Held['attendees']
  readonly minutesDue?: string
  /** The minutes and the corrections of them. */
  readonly minutes?: Mark
  readonly version: number
  /** Who confirmed the last version. */
  readonly confirmedBy: readonly string[]
  /** The event that recorded that minutes are overdue. */
  readonly overdue?: string
}
