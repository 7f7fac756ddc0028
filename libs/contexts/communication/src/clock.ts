import type { ClockRule } from '@rapport/events'
import { meetingMissedRule } from './clock/meeting-missed.ts'
import { minutesOverdueRule } from './clock/minutes-overdue.ts'
import { planSlotsRule } from './clock/plan-slots.ts'
import { silenceRule } from './clock/silence.ts'

/** What becomes true when nobody acts. */
export const clock: readonly ClockRule[] = [planSlotsRule, silenceRule, meetingMissedRule, minutesOverdueRule]
