import { serve } from '@rapport/events'
import { close } from './close.ts'
import { engagement } from './events.ts'
import { open } from './open.ts'

export default serve(engagement, [open, close])
