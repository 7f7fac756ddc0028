import type { Imported } from '@rapport/events'
import { correct } from './interaction/correct.ts'
import { log } from './interaction/log.ts'
import { recordHeld } from './meeting/record-held.ts'

/** The facts that a mapping's `as` may name. */
export const imports: readonly Imported[] = [
  { name: 'interaction', decision: log, correction: correct, role: 'pm' },
  { name: 'meeting', decision: recordHeld, role: 'pm' },
]
