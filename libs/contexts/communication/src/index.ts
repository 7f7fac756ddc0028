import { context } from '@rapport/events'
import actionItem from './action-item/index.ts'
import businessReview from './business-review/index.ts'
import { clock } from './clock.ts'
import communicationPlan from './communication-plan/index.ts'
import disclosure from './disclosure/index.ts'
import { imports } from './import.ts'
import interaction from './interaction/index.ts'
import { measures } from './measures/index.ts'
import meeting from './meeting/index.ts'
import { whenMinutesHoldAnActionAssignIt } from './react/when-minutes-hold-an-action-assign-it.ts'
import { readModels } from './read/index.ts'
import statusReport from './status-report/index.ts'

export { reportDerivation } from './read/report-derivation.ts'

export default context({
  name: 'communication',
  // In this order they stand in the routes and in the docs.
  streams: [disclosure, interaction, communicationPlan, meeting, actionItem, statusReport, businessReview],
  readModels,
  reactions: [whenMinutesHoldAnActionAssignIt],
  measures,
  imports,
  clock,
})
