// The process of an EventStoreDB double. Arguments: port, folder or '', limits as JSON. Its parent tells it what no protocol has.
import { openJournal } from './journal.ts'
import { Log } from './log.ts'
import type { State } from './append.ts'
import { serve } from './server.ts'

export interface Order {
  readonly jump?: string
  readonly ready?: boolean
}

const [port = '0', dir = '', limits = '{}'] = process.argv.slice(2)
const log = dir === '' ? new Log() : openJournal(dir).log
await log.begin()
const state: State = {
  log,
  ready: true,
  limits: { event: 16_777_216, append: 268_435_456, wait: 2000, ...(JSON.parse(limits) as Partial<State['limits']>) },
}
process.on('message', ({ jump, ready }: Order) => {
  if (jump !== undefined) log.jump(BigInt(jump))
  if (ready !== undefined) state.ready = ready
  process.send!({ done: true })
})
process.on('disconnect', () => process.exit())
process.send!({ listening: await serve(state, Number(port)) })
