import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setup } from '../crash/commands.ts'
import { random } from '../crash/plan.ts'
import { accountFor, readModelsAgainst } from './accounting.ts'
import { Deployment } from './deployment.ts'
import { Load } from './load.ts'
import { until, type Fault } from './plan.ts'
import { Readers } from './readers.ts'
import type { Report, Row } from './report.ts'
import { Routes } from './routes.ts'
import type { RealEventStore } from './servers.ts'
import { watchMemory } from './services.ts'
import { settleOn, type SettledThere } from './settle.ts'
import { topicsAgainst } from './topics.ts'

export interface RunOptions {
  /** Events of commands at least; reactions add theirs. */
  readonly events: number
  readonly seed: number
  readonly faults: readonly Fault[]
  /** Milliseconds for which a server stays away. */
  readonly outage: number
  /** Where the processes' logs stay; otherwise they go when the run ends. */
  readonly logs?: string | undefined
  readonly eventStore?: RealEventStore | undefined
  readonly signal: AbortSignal
  readonly progress: (words: string) => void
}

/** Problems that are told; the first says most. */
const SHOWN = 20
const PATIENCE = 300_000

/** Runs the product as separate services under load while one thing after the other goes wrong, and accounts for everything. */
export async function run(options: RunOptions): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), 'rapport-faults-'))
  const ending = new AbortController()
  let deployment: Deployment | undefined
  try {
    deployment = await Deployment.start(dir, options.logs ?? join(dir, 'logs'), options.eventStore)
    const watching = watchMemory(deployment.services, ending.signal)
    const report = await drive(deployment, options)
    ending.abort()
    await watching
    return { ...report, memory: deployment.services.map(({ memory }) => memory) }
  } finally {
    ending.abort()
    await deployment?.destroy()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function drive(deployment: Deployment, options: RunOptions): Promise<Omit<Report, 'memory'>> {
  const begin = performance.now()
  const { seed, events: wanted, outage, signal, progress } = options
  const rand = random(seed)
  const routes = new Routes(deployment.services)
  const settled = await settleOn(deployment, routes, rand)
  const { book, commands, tokens } = settled
  const load = new Load({ book, commands, tokens, rand, routes })
  const readers = new Readers(book, tokens.pm, routes)
  const planted = new Set<string>()
  let plantedForeign = 0
  const problems: string[] = []
  const rows: Row[] = []
  load.start()
  readers.start()
  // One before each fault, so that there is something to do when it comes, and one while it lasts.
  const share = Math.ceil(wanted / (2 * options.faults.length + 1))
  const quiet = async (words: string): Promise<void> => {
    progress(`${load.events} of ${wanted} events: ${words}`)
    load.allow(share)
    await until(async () => signal.aborted || load.enough, 'the load does not come to its share', 600_000)
    signal.throwIfAborted()
  }
  for (const fault of options.faults) {
    await quiet(`before: ${fault.name}`)
    progress(`${load.events} of ${wanted} events: ${fault.name}`)
    load.allow(share)
    const counts = load.count()
    const row = { fault: fault.name, recovered: 0 }
    const deps = {
      ...{ deployment, routes, load, settled, planted, outage, counts },
      foreign: (records: number) => (plantedForeign += records),
    }
    await sleep(200 + 800 * rand())
    const evidence = await fault.run(deps).catch((error: unknown) => {
      problems.push(`${fault.name}: ${(error as Error).message}`)
      return undefined
    })
    const since = performance.now()
    await recovered(deployment, routes, load, settled, progress).catch((error: unknown) =>
      problems.push(`After ${fault.name}: ${(error as Error).message}`),
    )
    const recovery = (performance.now() - since) / 1000
    load.count()
    rows.push({ ...row, ...counts, ...(evidence !== undefined && { evidence }), recovered: recovery })
    signal.throwIfAborted()
  }
  load.allow(Math.max(0, wanted - load.events))
  progress(`${load.events} of ${wanted} events: the rest`)
  await until(async () => signal.aborted || load.enough, 'the load does not come to its end', 1_200_000)
  signal.throwIfAborted()
  await load.stop()
  progress('accounting: the store')
  const stored = await accountFor(deployment, book)
  progress('accounting: the topics')
  const told = await topicsAgainst(deployment, stored.events, planted)
  if (told.foreign !== plantedForeign)
    problems.push(`${told.foreign} foreign records, and ${plantedForeign} were planted.`)
  progress('accounting: the read models')
  const last = stored.events.at(-1)!.position
  await shown(routes, settled, last).catch((error: unknown) => problems.push((error as Error).message))
  await readers.stop()
  const models = await readModelsAgainst(deployment.mongo, stored.events)
  routes.close()
  for (const service of deployment.services) {
    problems.push(...service.ended.map((how) => `${service.name} ended by itself with ${how}`))
    const code = await service.stop()
    if (code !== '0') problems.push(`${service.name}, told to end, ended with ${code}.`)
  }
  const found = [...stored.problems, ...told.problems, ...models.problems, ...readers.problems, ...book.problems]
  return {
    ...{ seed, seconds: Math.round((performance.now() - begin) / 1000), faults: rows },
    servers: deployment.servers.map(({ kind }) => kind),
    ...{ asked: book.asked.size, acknowledged: book.of('acknowledged').length, refused: book.of('refused').length },
    ...{ replayed: book.replayed, events: stored.events.length, effects: stored.account.effects },
    erased: stored.account.erased.size,
    ...{ records: told.records, messages: told.messages, repeats: told.repeats, foreign: told.foreign },
    documents: models.documents,
    queries: { shown: readers.shown, waited: readers.waited, unanswered: readers.unanswered },
    problems: [...problems, ...found].slice(0, SHOWN),
  }
}

/** Every service is ready, takes a command and shows it. */
async function recovered(
  deployment: Deployment,
  routes: Routes,
  load: Load,
  settled: SettledThere,
  progress: (words: string) => void,
): Promise<void> {
  const begin = performance.now()
  const said: string[] = []
  const done = (what: string): void =>
    void said.push(`${what} after ${((performance.now() - begin) / 1000).toFixed(1)} s`)
  const waiting = await deployment.ready(PATIENCE)
  if (waiting.length > 0) throw new Error(`not ready in ${PATIENCE / 1000} s: ${waiting.join(', ')}`)
  done('ready')
  await load.send(setup.person('pm'))
  const { id, position } = await load.ask(setup.disclosure(settled.engagement))
  done('commands taken')
  await shown(routes, settled, position, `/api/views/disclosures/${id}`)
  done('shown')
  progress(said.join(', '))
}

async function shown(
  routes: Routes,
  { tokens }: SettledThere,
  position: string,
  path = '/api/views/engagements',
): Promise<void> {
  await until(
    async () => (await routes.get(path, tokens.pm, { 'wait-for': position }))?.status === 200,
    `the read models do not reach ${position}`,
    PATIENCE,
  )
}
