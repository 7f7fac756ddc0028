import { serve } from '@rapport/events'
import { acknowledge } from './acknowledge.ts'
import { correct } from './correct.ts'
import { disclose } from './disclose.ts'
import { disclosure } from './events.ts'

export default serve(disclosure, [disclose, acknowledge, correct])
