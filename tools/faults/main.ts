import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { NotEmpty } from './deployment.ts'
import { faults } from './plan.ts'
import { failuresOf, textOf } from './report.ts'
import { run } from './run.ts'

const usage = `npm run faults -- [--events N] [--seed S] [--only TEXT] [--outage SECONDS] [--json FILE] [--logs DIR]
                   [--eventstore-script FILE]

Runs the product as separate services on servers of its own under load, while one thing after the other goes wrong, and
accounts for every event (20,000): in the store, on the topics, in the read models. --only takes the faults whose name
has the text, "none" no fault at all. --eventstore-script: with EVENTSTORE_URL, a program that takes start, stop and
kill for a real event store, which must be empty; otherwise a double of EventStoreDB takes its place. Exit code 1:
something is lost, applied twice, out of order or differs from a rebuild, a process took too much memory, or
a fault was never reached.`

function whole(name: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  return wrong(`--${name} takes a whole number from ${least}.`)
}
function wrong(words: string): never {
  console.error(`${words}\n\n${usage}`)
  return process.exit(2)
}

const { values } = (() => {
  try {
    return parseArgs({
      options: {
        events: { type: 'string', default: '20000' },
        seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
        only: { type: 'string' },
        outage: { type: 'string', default: '30' },
        json: { type: 'string' },
        logs: { type: 'string' },
        'eventstore-script': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return wrong((error as Error).message)
  }
})()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const events = whole('events', values.events, 1)
const seed = whole('seed', values.seed, 0)
const outage = whole('outage', values.outage, 1) * 1_000
const chosen = faults.filter(({ name }) => values.only === undefined || name.includes(values.only))
if (chosen.length === 0 && values.only !== 'none')
  wrong(`There is no such fault: ${faults.map(({ name }) => name).join('; ')}.`)
const script = values['eventstore-script']
const url = process.env['EVENTSTORE_URL']
if (script !== undefined && !url) wrong('--eventstore-script needs EVENTSTORE_URL.')

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort())
const progress = (words: string): void => void process.stderr.write(`${words}\n`)

console.log(`seed ${seed}`)
try {
  const report = await run({
    ...{ events, seed, faults: chosen, outage, logs: values.logs, signal: interrupted.signal, progress },
    eventStore: script === undefined ? undefined : { script, url: url! },
  })
  console.log(textOf(report))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`)
  process.exitCode = failuresOf(report).length > 0 ? 1 : 0
} catch (error) {
  if (error instanceof NotEmpty) {
    console.error(error.message)
    process.exitCode = 2
  } else if (interrupted.signal.aborted) {
    console.error('Interrupted.')
    process.exitCode = 130
  } else throw error
}
// A client that still waits for a server that is gone does not keep the process.
setTimeout(() => process.exit(), 5_000).unref()
