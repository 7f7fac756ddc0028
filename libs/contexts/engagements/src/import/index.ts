import { serve } from '@rapport/events'
import { abandon } from './abandon.ts'
import { addEngagement } from './add-engagement.ts'
import { complete } from './complete.ts'
import { imports } from './events.ts'
import { start } from './start.ts'

export default serve(imports, [start, addEngagement, complete, abandon])
