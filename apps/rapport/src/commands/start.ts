import { fileURLToPath } from 'node:url'
import { relative } from 'node:path'
import { onInterrupt, print, printJson } from '../output.ts'
import { openServer, type RunningServer } from '../server.ts'

const sample = fileURLToPath(new URL('../../samples/', import.meta.url))

/** `rapport start`: everything in one process, until it is told to end. */
export async function start(options: {
  readonly data: string
  readonly json?: boolean
  readonly port?: number
}): Promise<void> {
  const stopping = new AbortController()
  onInterrupt(() => stopping.abort())
  const server = await openServer({
    data: options.data,
    env: process.env,
    log: true,
    ...(options.port !== undefined && { port: options.port }),
  })
  try {
    await Promise.race([server.settled(), aborted(stopping.signal)])
    if (!stopping.signal.aborted) {
      if (options.json === true) await printJson({ url: server.url, data: server.data })
      else await print(welcome(server, options.data))
    }
    await Promise.race([aborted(stopping.signal), server.failed])
  } finally {
    await server.close()
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  )

function welcome({ url }: RunningServer, data: string): string {
  const folder = data === './rapport-data' ? '' : ` --data ${data}`
  const files = relative(process.cwd(), sample) || '.'
  return `
Rapport runs at ${url} (this machine only), on the data folder ${data}.

  API and try-out page  ${url}/docs
  Health                ${url}/health/ready

Every request needs a token; this prints one:
  npx rapport token --role pm${folder}

Try these three in another terminal:
  npx rapport import communication ${files}/contacts.csv --mapping ${files}/contacts.yaml${folder}
  npx rapport list engagements${folder}
  npx rapport timeline "Riverside portal"${folder}

Ctrl-C ends it; everything stays in the data folder.`
}
