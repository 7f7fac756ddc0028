import { context, serve } from '@rapport/events'
import { assign } from './action-item/assign.ts'
import { cancel as cancelActionItem } from './action-item/cancel.ts'
import { carryOver } from './action-item/carry-over.ts'
import { complete } from './action-item/complete.ts'
import { actionItem } from './action-item/events.ts'
import { clock } from './clock.ts'
import { amend as amendPlan } from './communication-plan/amend.ts'
import { define as definePlan } from './communication-plan/define.ts'
import { detectSilence } from './communication-plan/detect-silence.ts'
import { communicationPlan } from './communication-plan/events.ts'
import { missSlot } from './communication-plan/miss-slot.ts'
import { reportNotIssued } from './communication-plan/report-not-issued.ts'
import { agree } from './business-review/agree.ts'
import { businessReview } from './business-review/events.ts'
import { hold as holdReview } from './business-review/hold.ts'
import { schedule as scheduleReview } from './business-review/schedule.ts'
import { acknowledge } from './disclosure/acknowledge.ts'
import { correct as correctDisclosure } from './disclosure/correct.ts'
import { disclose } from './disclosure/disclose.ts'
import { disclosure } from './disclosure/events.ts'
import { imports } from './import.ts'
import { correct as correctInteraction } from './interaction/correct.ts'
import { interaction } from './interaction/events.ts'
import { log } from './interaction/log.ts'
import { cancel as cancelMeeting } from './meeting/cancel.ts'
import { confirmMinutes } from './meeting/confirm-minutes.ts'
import { correctMinutes } from './meeting/correct-minutes.ts'
import { disputeMinutes } from './meeting/dispute-minutes.ts'
import { meeting } from './meeting/events.ts'
import { hold } from './meeting/hold.ts'
import { minutesOverdue } from './meeting/minutes-overdue.ts'
import { miss } from './meeting/miss.ts'
import { recordHeld } from './meeting/record-held.ts'
import { recordMinutes } from './meeting/record-minutes.ts'
import { reschedule } from './meeting/reschedule.ts'
import { schedule } from './meeting/schedule.ts'
import { measures } from './measures/index.ts'
import { whenMinutesHoldAnActionAssignIt } from './react/when-minutes-hold-an-action-assign-it.ts'
import { actionItems } from './read/action-items.ts'
import { cadenceStrip } from './read/cadence-strip.ts'
import { calendar } from './read/calendar.ts'
import { contacts } from './read/contacts.ts'
import { disclosures } from './read/disclosures.ts'
import { interactions } from './read/interactions.ts'
import { meetings } from './read/meetings.ts'
import { minutes } from './read/minutes.ts'
import { reports } from './read/reports.ts'
import { whatIsDue } from './read/what-is-due.ts'
import { acknowledge as acknowledgeReport } from './status-report/acknowledge.ts'
import { correct as correctReport } from './status-report/correct.ts'
import { draft } from './status-report/draft.ts'
import { statusReport } from './status-report/events.ts'
import { issue } from './status-report/issue.ts'

export { reportDerivation } from './read/report-derivation.ts'

export default context({
  name: 'communication',
  streams: [
    serve(disclosure, [disclose, acknowledge, correctDisclosure]),
    serve(interaction, [log, correctInteraction]),
    serve(communicationPlan, [definePlan, amendPlan, missSlot, reportNotIssued, detectSilence]),
    serve(meeting, [
      schedule,
      recordHeld,
      reschedule,
      cancelMeeting,
      hold,
      miss,
      recordMinutes,
      correctMinutes,
      confirmMinutes,
      disputeMinutes,
      minutesOverdue,
    ]),
    serve(actionItem, [assign, complete, carryOver, cancelActionItem]),
    serve(statusReport, [draft, issue, correctReport, acknowledgeReport]),
    serve(businessReview, [scheduleReview, holdReview, agree]),
  ],
  readModels: [
    interactions,
    disclosures,
    contacts,
    meetings,
    minutes,
    actionItems,
    reports,
    cadenceStrip,
    calendar,
    whatIsDue,
  ],
  reactions: [whenMinutesHoldAnActionAssignIt],
  measures,
  imports,
  clock,
})
