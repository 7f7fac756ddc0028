// npm run bench:servers -- [--events 20000] [--only append-eventstoredb] [--quick] [--double] [--json FILE] [--markdown]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { RapportError } from '@rapport/events'
import { startDouble } from '@rapport/testing/double'
import { between } from '../page.ts'
import { Run } from '../work.ts'
import { append } from './append.ts'
import { catchUps } from './catchup.ts'
import { deploy, type Deployment } from './deployment.ts'
import { throughs } from './http.ts'
import { publish } from './publish.ts'
import { line, markdown, serversWords, words, type ServersLine } from './report.ts'
import type { ServersSetting, ServersWork } from './work.ts'

/** In this order: what `append` appends would be folded by the product. */
const works: readonly ServersWork[] = [...throughs, ...catchUps, append, publish]

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    /** How many commands, events and messages each work is measured with. */
    events: { type: 'string', default: '20000' },
    quick: { type: 'boolean', default: false },
    /** A protocol double of ours in the place of EventStoreDB: that everything works, no figure. */
    double: { type: 'boolean', default: false },
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    /** A file written before with --json: nothing is measured. */
    from: { type: 'string' },
  },
})
const only = values.only?.split(',')
const unknown = only?.filter((name) => !works.some((work) => work.name === name)) ?? []
if (unknown.length > 0)
  usage(`There is no work ${unknown.join(', ')}; there are ${works.map(({ name }) => name).join(', ')}.`)
const events = values.quick ? 96 : Number(values.events)
if (!Number.isSafeInteger(events) || events < 96) usage('--events takes a whole number from 96.')

try {
  const lines =
    values.from === undefined ? await measured() : (JSON.parse(readFileSync(values.from, 'utf8')) as ServersLine[])
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(lines, null, 2)}\n`)
  if (values.markdown) {
    const page = fileURLToPath(new URL('../../../docs/reference/speed.md', import.meta.url))
    writeFileSync(page, await between('bench:servers', page, readFileSync(page, 'utf8'), markdown(lines, works)))
  }
} catch (error) {
  // What somebody can mend is said in a line; anything else is a fault of the bench.
  const { name, message } = error as Error
  if (name === 'ConfigError') usage(message)
  if (!(error instanceof RapportError)) throw error
  console.error(`${error.code}: ${message}`)
  process.exitCode = 1
}

async function measured(): Promise<readonly ServersLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-bench-servers-'))
  const double = values.double ? await startDouble() : undefined
  let deployment: Deployment | undefined
  try {
    deployment = await deploy(folder, process.env, double?.address)
    const made = deployment
    process.once('SIGINT', () => void made.remove().finally(() => process.exit(130)))
    console.log(`On ${serversWords(deployment.servers)}; ${events.toLocaleString('en')} events.`)
    return await run(deployment)
  } finally {
    await deployment?.remove()
    await double?.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(deployment: Deployment): Promise<readonly ServersLine[]> {
  const terminal = process.stderr.isTTY
  const run = new Run({
    quick: values.quick,
    ...(terminal && { progress: (text: string) => process.stderr.write(`\r\u001b[K${text}`) }),
  })
  const made = new Map<string, Promise<unknown>>()
  const once: ServersSetting['once'] = <T>(name: string, measure: () => Promise<T>): Promise<T> => {
    const known = (made.get(name) as Promise<T> | undefined) ?? measure()
    made.set(name, known)
    return known
  }
  const lines: ServersLine[] = []
  try {
    for (const work of works) {
      if (only !== undefined && !only.includes(work.name)) continue
      const found = await run.perform({
        ...work,
        run: (setting) => work.run({ ...setting, deployment, events, once }),
      })
      if (terminal) process.stderr.write('\r\u001b[K')
      lines.push(line(work, found, deployment.servers))
      console.log(words(lines.at(-1)!))
    }
  } finally {
    run.end()
  }
  return lines
}

function usage(text: string): never {
  console.error(text)
  process.exit(2)
}
