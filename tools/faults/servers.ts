import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { startDouble } from '@rapport/testing/double'
import { ownServer, type OwnServer } from '@rapport/testing/servers'

export const serverNames = ['event store', 'Kafka', 'SecantusDB'] as const
export type ServerName = (typeof serverNames)[number]

/** A server of a run's own. */
export interface Server extends OwnServer {
  readonly name: ServerName
  /** What it really is, for the report. */
  readonly kind: string
}

/** A real event store, which a script starts, stops and kills: `FILE start|stop|kill`; each returns when it is done. */
export interface RealEventStore {
  readonly url: string
  readonly script: string
}

/** Starts the three servers on loopback, each on a port and a folder of its own. */
export async function startServers(dir: string, real: RealEventStore | undefined): Promise<readonly Server[]> {
  const started: Server[] = []
  const add = async (name: ServerName, kind: string, starting: Promise<OwnServer>): Promise<void> => {
    started.push({ ...(await starting), name, kind })
  }
  const begun = await Promise.allSettled([
    real === undefined
      ? add('event store', 'a double of EventStoreDB', double(join(dir, 'journal')))
      : add('event store', `the server at ${real.url}`, scripted(real)),
    freePair().then((port) => add('Kafka', 'Apache Kafka', ownServer('kafka', { port }))),
    freePair().then((port) => add('SecantusDB', 'SecantusDB', ownServer('mongodb', { port }))),
  ])
  const failed = begun.find((each) => each.status === 'rejected')
  if (failed === undefined) return serverNames.map((name) => started.find((server) => server.name === name)!)
  await Promise.allSettled(started.map((server) => server.dispose()))
  throw failed.reason
}

async function double(dir: string): Promise<OwnServer> {
  mkdirSync(dir)
  return startDouble({ dir })
}

async function scripted({ url, script }: RealEventStore): Promise<OwnServer> {
  // The server takes variables of this name for options of its own, and stops at one that it does not know.
  const { EVENTSTORE_URL: _, ...env } = process.env
  const run = (action: string): Promise<void> =>
    new Promise((resolve, reject) => {
      execFile(script, [action], { env }, (error, __, stderr) =>
        error ? reject(new Error(`${script} ${action}: ${stderr}`)) : resolve(),
      )
    })
  const server = { start: () => run('start'), stop: () => run('stop'), kill: () => run('kill') }
  await server.start()
  return { ...server, address: url, dispose: server.kill }
}

/** A port that nobody has; so is the next one, which Kafka's controller takes. */
async function freePair(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port < 65_535 && (await freePort(port + 1).catch(() => 0)) > 0) return port
  }
}

export const freePort = (wanted = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
