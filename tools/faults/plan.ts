import { setTimeout as sleep } from 'node:timers/promises'
import { HOUSE, START, type Position } from '@rapport/events'
import type { Deployment } from './deployment.ts'
import type { Counts } from './load.ts'
import { poison, type PoisonDeps } from './poison.ts'
import type { Service } from './services.ts'
import { serverNames, type ServerName } from './servers.ts'

export interface FaultDeps extends PoisonDeps {
  /** Milliseconds for which a server stays away. */
  readonly outage: number
  /** What the stretch of this fault came to so far. */
  readonly counts: Counts
}

/** One thing that goes wrong while the load runs. Answers what shows that it really did; throws where it did not. */
export interface Fault {
  readonly name: string
  run(deps: FaultDeps): Promise<string>
}

/** Milliseconds for which a process stands still: longer than a standby waits. */
const STANDSTILL = 8_000
/** Milliseconds after which it is clear that somebody else moves it: less than a standby waits. */
const LOOK = 3_000
/** Milliseconds in which a restarted service must be ready, and a standby must have taken over. */
const PATIENCE = 60_000

export const faults: readonly Fault[] = [
  ...(['engagements', 'communication', 'projection'] as const).map((app): Fault => ({
    name: `kill -9 of ${app}`,
    run: ({ deployment }) => killEach(deployment.of(app)),
  })),
  ...serverNames.map((name): Fault => ({
    name: `kill -9 of ${nameOf(name)}`,
    async run({ deployment, counts }) {
      const server = deployment.server(name)
      const begin = performance.now()
      await server.kill()
      await server.start()
      return `down ${seconds(begin)}, ${counts.acknowledged} commands acknowledged meanwhile`
    },
  })),
  {
    name: 'a relay’s owner stands still',
    run: ({ deployment }) => standStill(deployment, deployment.of('communication'), relayOwner),
  },
  {
    name: 'the feeder of read models stands still',
    run: ({ deployment }) => standStill(deployment, deployment.of('projection'), feeder),
  },
  ...serverNames.map((name): Fault => ({ name: `${nameOf(name)} is away`, run: (deps) => away(deps, name) })),
  { name: 'a message that cannot be handled', run: poison },
]

function nameOf(name: ServerName): string {
  return name === 'event store' ? 'the event store' : name
}

async function killEach(services: readonly Service[]): Promise<string> {
  const said: string[] = []
  for (const service of services) {
    const { pid } = service
    const begin = performance.now()
    await service.kill()
    await until(() => service.ready(), `${service.name} is not ready again`)
    if (service.pid === pid) throw new Error(`${service.name} was not killed.`)
    said.push(`${service.name} ready after ${seconds(begin)}`)
  }
  return said.join(', ')
}

/** Whose name stands in what several processes could move. */
type Owner = (deployment: Deployment) => Promise<{ readonly owner: string; readonly reached: Position }>
const relayOwner: Owner = async ({ mongo }) => marks((await mongo.ops.get(HOUSE, 'relay/communication'))?.value)
const feeder: Owner = async ({ mongo }) => marks((await mongo.documents.checkpoint('projection'))?.value)
const marks = (value: unknown) => {
  const { owner = '', reached = START } = (value ?? {}) as { owner?: string; reached?: Position }
  return { owner, reached }
}

/** Stops that of them which owns it: without it nothing moves, until another takes over. */
async function standStill(deployment: Deployment, services: readonly Service[], ownerOf: Owner): Promise<string> {
  for (const service of services) {
    const begin = performance.now()
    service.signal('SIGSTOP')
    try {
      // What it had sent already may still arrive.
      await sleep(500)
      const before = await ownerOf(deployment)
      await sleep(LOOK)
      if ((await ownerOf(deployment)).reached > before.reached) continue
      await until(async () => (await ownerOf(deployment)).owner !== before.owner, 'nobody takes over')
      await sleep(STANDSTILL - (performance.now() - begin))
      const stood = seconds(begin)
      const after = await ownerOf(deployment)
      service.signal('SIGCONT')
      await until(async () => (await ownerOf(deployment)).reached > after.reached, 'nobody goes on')
      // On a slow machine the first may have it again by then, from one that stood for so long itself.
      const words = (await ownerOf(deployment)).owner === after.owner ? 'goes on' : 'gave it on again'
      return `${service.name} stood ${stood}, another took over and ${words}`
    } finally {
      service.signal('SIGCONT')
      await until(() => service.ready(), `${service.name} is not ready again`)
    }
  }
  throw new Error('All stood still without it being noticed.')
}

/** What must go on while a server is away, and what must not. */
const goesOn: Readonly<Record<ServerName, 'all' | 'nothing' | undefined>> = {
  Kafka: 'all',
  'event store': 'nothing',
  // What needs no new key may go on.
  SecantusDB: undefined,
}

async function away({ deployment, outage, counts }: FaultDeps, name: ServerName): Promise<string> {
  const server = deployment.server(name)
  await server.stop()
  // Answers that were on their way.
  await sleep(500)
  const before = counts.acknowledged
  await sleep(outage)
  // Without the broker a service also starts, and takes commands.
  const started = name === 'Kafka' ? `; meanwhile ${await killEach(deployment.of('engagements'))}` : ''
  const meanwhile = counts.acknowledged - before
  await server.start()
  if (goesOn[name] === 'all' && meanwhile === 0) throw new Error(`No command was acknowledged without ${name}.`)
  if (goesOn[name] === 'nothing' && meanwhile > 0)
    throw new Error(`${meanwhile} commands were acknowledged without ${name}.`)
  return `${outage / 1000} s, ${meanwhile} commands acknowledged meanwhile${started}`
}

export async function until(holds: () => Promise<boolean>, words: string, patience = PATIENCE): Promise<void> {
  for (const end = performance.now() + patience; !(await holds()); await sleep(100))
    if (performance.now() > end) throw new Error(`In ${patience / 1000} s ${words}.`)
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
