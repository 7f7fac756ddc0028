import { serve } from '@rapport/events'
import { correct } from './correct.ts'
import { interaction } from './events.ts'
import { log } from './log.ts'

export default serve(interaction, [log, correct])
