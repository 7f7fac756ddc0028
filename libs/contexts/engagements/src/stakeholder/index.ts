import { serve } from '@rapport/events'
import { add } from './add.ts'
import { stakeholder } from './events.ts'
import { grantRight } from './grant-right.ts'
import { remove } from './remove.ts'
import { revokeRight } from './revoke-right.ts'

export default serve(stakeholder, [add, grantRight, revokeRight, remove])
