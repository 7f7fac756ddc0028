import { context, serve } from '@rapport/events'
import { acknowledge } from './disclosure/acknowledge.ts'
import { correct as correctDisclosure } from './disclosure/correct.ts'
import { disclose } from './disclosure/disclose.ts'
import { disclosure } from './disclosure/events.ts'
import { imports } from './import.ts'
import { correct as correctInteraction } from './interaction/correct.ts'
import { interaction } from './interaction/events.ts'
import { log } from './interaction/log.ts'
import { disclosures } from './read/disclosures.ts'
import { interactions } from './read/interactions.ts'

export default context({
  name: 'communication',
  streams: [
    serve(disclosure, [disclose, acknowledge, correctDisclosure]),
    serve(interaction, [log, correctInteraction]),
  ],
  readModels: [interactions, disclosures],
  imports,
})
