import { serve } from '@rapport/events'
import { acknowledge } from './acknowledge.ts'
import { correct } from './correct.ts'
import { draft } from './draft.ts'
import { statusReport } from './events.ts'
import { issue } from './issue.ts'

export default serve(statusReport, [draft, issue, correct, acknowledge])
