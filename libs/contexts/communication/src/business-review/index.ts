import { serve } from '@rapport/events'
import { agree } from './agree.ts'
import { businessReview } from './events.ts'
import { hold } from './hold.ts'
import { schedule } from './schedule.ts'

export default serve(businessReview, [schedule, hold, agree])
