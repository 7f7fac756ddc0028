import { serve } from '@rapport/events'
import { amend } from './amend.ts'
import { define } from './define.ts'
import { detectSilence } from './detect-silence.ts'
import { communicationPlan } from './events.ts'
import { missSlot } from './miss-slot.ts'
import { reportNotIssued } from './report-not-issued.ts'

export default serve(communicationPlan, [define, amend, missSlot, reportNotIssued, detectSilence])
