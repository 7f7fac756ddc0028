// The way of a command alone, as a process of its own: the edge and `handle` over a data folder, with no read model, reaction or clock
// beside it. Prints {"url", "token"} and answers until it is told to end.
import { randomBytes } from 'node:crypto'
import { createHouse, registry } from '@rapport/house'
import { createLogger, createService, edgeVariables, localTokens, readConfig } from '@rapport/service'
import { openFolder } from '@rapport/sqlite'
import { tenant } from './sample.ts'

const folder = await openFolder(process.argv[2]!)
const { handle, keys } = createHouse(folder, { store: folder.store, roles: ['api'] })
const tokens = localTokens(randomBytes(32))
const service = await createService({
  config: readConfig(edgeVariables, { PORT: '0' }),
  version: '0',
  registry,
  handle,
  keys,
  verify: tokens.verify,
  log: createLogger('warn', process.stderr),
  onClosed: () => folder.close(),
})
const { url } = await service.listen()
const token = await tokens.mint({ tenant, role: 'pm', subject: 'bench' })
process.stdout.write(`${JSON.stringify({ url, token })}\n`)
process.once('SIGTERM', () => void service.close())
