// A consumer in a process of its own: a line on standard output for each message that it has handled.
import { setTimeout as sleep } from 'node:timers/promises'
import { KafkaMessages } from './index.ts'
import { streams } from './world.fixture.ts'

const [broker, prefix] = process.argv.slice(2) as [string, string]
const port = new KafkaMessages({ brokers: [broker], clientId: 'spec', prefix, sessionTimeout: 6_000 })
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
await port.consume(
  { group: 'g', streams: [streams[0]], from: 'beginning', signal: stop.signal },
  async ({ key, headers, value }) => {
    await sleep(40)
    process.stdout.write(`${JSON.stringify({ key, id: headers['ce_id'], value })}\n`)
  },
)
await port.close()
