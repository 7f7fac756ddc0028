import { serve } from '@rapport/events'
import { assign } from './assign.ts'
import { cancel } from './cancel.ts'
import { carryOver } from './carry-over.ts'
import { complete } from './complete.ts'
import { actionItem } from './events.ts'

export default serve(actionItem, [assign, complete, carryOver, cancel])
