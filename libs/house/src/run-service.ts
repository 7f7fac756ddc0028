import { RapportError, type Context } from '@rapport/events'
import { createLogger, edgeVariables, readConfig } from '@rapport/service'
import { registry, type HouseRole } from './house.ts'
import { serveOnServers } from './on-servers.ts'
import type { Serving } from './serve.ts'
import { misconfigured } from './servers.ts'
import { rolesVariable, serversVariables } from './variables.ts'

/** A deployable: its name, what it serves, and what it does where ROLES says nothing. */
export interface Deployable {
  readonly name: string
  readonly version: string
  readonly contexts: readonly Context[]
  readonly roles: readonly HouseRole[]
}

/** Opens a service on the servers that the environment names. */
export async function openService(
  { name, version, contexts, roles }: Deployable,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Serving> {
  for (const context of contexts)
    if (!registry.contexts.includes(context)) throw new TypeError(`The house does not know ${context.name}.`)
  const config = readConfig({ ...edgeVariables, ...serversVariables, ...rolesVariable(roles) }, env)
  return serveOnServers(config, {
    name: `rapport-${name}`,
    version,
    log: createLogger(config.LOG_LEVEL),
    contexts: contexts.map((context) => context.name),
    roles: config.ROLES,
  })
}

/** The main of a service: opens it, says where on standard output, and ends in order on SIGTERM and SIGINT. */
export async function runService(deployable: Deployable): Promise<void> {
  const { name } = deployable
  try {
    const stopping = Promise.withResolvers<void>()
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => stopping.resolve())
    const service = await openService(deployable, process.env)
    process.stdout.write(`${JSON.stringify({ service: name, url: service.url })}\n`)
    try {
      await Promise.race([stopping.promise, service.failed])
    } finally {
      await service.close()
    }
  } catch (error) {
    const { message } = error as Error
    const code = error instanceof RapportError ? `${error.code}: ` : ''
    process.stderr.write(`${name}: ${code}${message}\n`)
    process.exitCode = misconfigured(error) ? 2 : 1
    // Whatever still waits for a server that does not answer does not keep the process.
    setTimeout(() => process.exit(), 2_000).unref()
  }
}
