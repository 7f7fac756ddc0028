import { serve } from '@rapport/events'
import { tenantSettings } from './events.ts'
import { markSimulated } from './mark-simulated.ts'
import { set } from './set.ts'

export default serve(tenantSettings, [set, markSimulated])
