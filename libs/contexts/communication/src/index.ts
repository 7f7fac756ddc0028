import { context, serve } from '@rapport/events'
import { acknowledge } from './disclosure/acknowledge.ts'
import { correct as correctDisclosure } from './disclosure/correct.ts'
import { disclose } from './disclosure/disclose.ts'
import { disclosure } from './disclosure/events.ts'

export default context({
  name: 'communication',
  streams: [serve(disclosure, [disclose, acknowledge, correctDisclosure])],
})
