import { serve } from '@rapport/events'
import { correct } from './correct.ts'
import { erase } from './erase.ts'
import { person } from './events.ts'
import { merge } from './merge.ts'
import { register } from './register.ts'
import { requestErasure } from './request-erasure.ts'

export default serve(person, [register, correct, merge, requestErasure, erase])
