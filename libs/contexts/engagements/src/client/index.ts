import { serve } from '@rapport/events'
import { client } from './events.ts'
import { register } from './register.ts'
import { rename } from './rename.ts'
import { retire } from './retire.ts'

export default serve(client, [register, rename, retire])
