import { serve } from '@rapport/events'
import { absorb } from './absorb.ts'
import { correct } from './correct.ts'
import { eraseMerged } from './erase-merged.ts'
import { erase } from './erase.ts'
import { person } from './events.ts'
import { merge } from './merge.ts'
import { register } from './register.ts'
import { requestErasure } from './request-erasure.ts'
import { reverseMerge } from './reverse-merge.ts'

export default serve(person, [register, correct, merge, reverseMerge, absorb, requestErasure, erase, eraseMerged])
