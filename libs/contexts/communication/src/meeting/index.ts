import { serve } from '@rapport/events'
import { cancel } from './cancel.ts'
import { confirmMinutes } from './confirm-minutes.ts'
import { correctMinutes } from './correct-minutes.ts'
import { disputeMinutes } from './dispute-minutes.ts'
import { meeting } from './events.ts'
import { hold } from './hold.ts'
import { minutesOverdue } from './minutes-overdue.ts'
import { miss } from './miss.ts'
import { recordHeld } from './record-held.ts'
import { recordMinutes } from './record-minutes.ts'
import { reschedule } from './reschedule.ts'
import { schedule } from './schedule.ts'

export default serve(meeting, [
  schedule,
  recordHeld,
  reschedule,
  cancel,
  hold,
  miss,
  recordMinutes,
  correctMinutes,
  confirmMinutes,
  disputeMinutes,
  minutesOverdue,
])
