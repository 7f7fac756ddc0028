import { fileURLToPath } from 'node:url'
import { relative, resolve } from 'node:path'
import { namesServers } from '@rapport/house'
import { edgeVariables, readConfig } from '@rapport/service'
import { demoTenant } from '../demo/make-demo.ts'
import { onInterrupt, print, printJson } from '../output.ts'
import { openOnServers } from '../on-servers.ts'
import type { Running } from '../running.ts'
import { openServer } from '../server.ts'

const sample = fileURLToPath(new URL('../../samples/', import.meta.url))

/** `rapport start`: everything in one process, until it is told to end. */
export async function start(options: {
  readonly data: string
  readonly json?: boolean
  readonly port?: number
  readonly demo: boolean
}): Promise<void> {
  const stopping = new AbortController()
  const { SHUTDOWN_DELAY, SHUTDOWN_TIMEOUT } = readConfig(edgeVariables, process.env)
  onInterrupt(() => stopping.abort(), (SHUTDOWN_DELAY + SHUTDOWN_TIMEOUT + 20) * 1000)
  const common = { env: process.env, log: true, ...(options.port !== undefined && { port: options.port }) }
  const onServers = namesServers(process.env)
  const server = onServers
    ? await openOnServers(common)
    : await openServer({ ...common, data: options.data, demo: options.demo })
  try {
    await Promise.race([server.settled(), aborted(stopping.signal)])
    if (!stopping.signal.aborted) {
      if (options.json === true)
        await printJson(onServers ? { url: server.url } : { url: server.url, data: resolve(options.data) })
      else await print(onServers ? welcomeOnServers(server) : await welcome(server, options.data))
      if (!loopback(server.url))
        process.stderr.write(
          `Warning: it listens at ${server.url}, beyond this machine, over plain HTTP: tokens and content can be read on the way. Put a TLS proxy before it, or leave HOST at 127.0.0.1.\n`,
        )
    }
    await Promise.race([aborted(stopping.signal), server.failed])
  } finally {
    await server.close()
  }
}

/** Whether only this machine can connect to the address. */
export function loopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  )

function welcomeOnServers({ url }: Running): string {
  return `
Rapport runs at ${url} (${loopback(url) ? 'this machine only' : 'also for other machines, over plain HTTP'}), on the servers that the environment names.

  API and try-out page  ${url}/docs
  Health                ${url}/health/ready

Every request needs a token; with the same environment this prints one:
  npx rapport token --role pm

Ctrl-C ends it; everything stays in the servers.`
}

async function welcome({ url, house }: Running, data: string): Promise<string> {
  const folder = data === './rapport-data' ? '' : ` --data ${data}`
  const files = relative(process.cwd(), sample) || '.'
  const demo = (await house.simulated(demoTenant))
    ? `
The tenant ${demoTenant} is simulated: ninety days of two engagements, up to the day it was made.
  npx rapport list engagements --tenant ${demoTenant}${folder}
  npx rapport timeline "Citizen portal" --tenant ${demoTenant}${folder}
  npx rapport timeline 门诊预约平台 --lang zh-CN --tenant ${demoTenant}${folder}
`
    : ''
  return `
Rapport runs at ${url} (${loopback(url) ? 'this machine only' : 'also for other machines, over plain HTTP'}), on the data folder ${data}.

  API and try-out page  ${url}/docs
  Health                ${url}/health/ready

Every request needs a token; this prints one:
  npx rapport token --role pm${folder}
${demo}
Try these three in another terminal${demo === '' ? '' : ', on the empty tenant main'}:
  npx rapport import communication ${files}/contacts.csv --mapping ${files}/contacts.yaml${folder}
  npx rapport list engagements${folder}
  npx rapport timeline "Riverside portal"${folder}

Ctrl-C ends it; everything stays in the data folder.`
}
