import { FastifyAdapter } from '@nestjs/platform-fastify'
import { limits, uuidv7, type KeyRing } from '@rapport/events'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { codeOf, sendProblem, type Allowed, type ProblemDeps } from './answers.ts'
import { authenticate, requesterIn, setRequester } from './caller.ts'
import type { EdgeConfig } from './config.ts'
import { drainable, type Connections } from './drain.ts'
import { installGate } from './gate.ts'
import { acceptsJson, answerBroken, securityHeaders } from './http.ts'
import type { Health } from './health.ts'
import type { Metrics } from './metrics.ts'
import { EdgeRefusal } from './problems.ts'
import { readOut } from './read-out.ts'
import type { Verify } from './tokens.ts'

/** Bytes of a request's line and headers; a longer part of a path cannot come. */
const MAX_HEADERS = 16 * 1024

/** Nest's adapter would replace a Fastify error by one that has lost its code. */
class EdgeAdapter extends FastifyAdapter {
  override mapException(error: unknown): unknown {
    return error
  }
}

export interface EdgeDeps extends Omit<ProblemDeps, 'allowed'> {
  readonly config: EdgeConfig
  readonly metrics: Metrics
  readonly health: Health
  readonly verify: Verify
  readonly keys: Pick<KeyRing, 'secrets'>
}

export interface Edge {
  readonly adapter: FastifyAdapter
  readonly allowed: Allowed
  readonly connections: Connections
}

/** Fastify with everything that happens before and after Nest: timeouts, gate, token, headers, one log line a request. */
export function createEdge(deps: EdgeDeps): Edge {
  const { config } = deps
  const routes: { readonly method: string; readonly url: string }[] = []
  const allowed: Allowed = (path) =>
    [...new Set(routes.filter(({ url }) => matches(url, path)).map(({ method }) => method))].sort()
  const headersTimeout = (config.REQUEST_TIMEOUT * 1000) / 2
  const adapter = new EdgeAdapter({
    logger: false,
    bodyLimit: limits.bodyBytes,
    genReqId: () => uuidv7(),
    requestIdHeader: false,
    requestTimeout: config.REQUEST_TIMEOUT * 1000,
    return503OnClosing: false,
    http: {
      headersTimeout,
      connectionsCheckingInterval: Math.min(1000, headersTimeout / 2),
      maxHeaderSize: MAX_HEADERS,
    },
    routerOptions: { querystringParser: () => ({}), maxParamLength: MAX_HEADERS },
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(securityHeaders(request))
      sendProblem({ ...deps, allowed }, error, request, reply)
    },
    clientErrorHandler: answerBroken,
  })
  const fastify = adapter.getInstance() as unknown as FastifyInstance
  const connections = drainable(fastify.server)
  installGate(fastify)
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url })
  })
  fastify.addHook('onRequest', async (request, reply) => {
    if (connections.held !== undefined) await connections.held
    reply.headers(securityHeaders(request))
    reply.header('x-request-id', request.id)
    if (request.is404 || !isApi(request)) return
    reply.header('cache-control', 'no-store')
    setRequester(request, await authenticate(request.headers.authorization, deps.verify, deps.keys))
    if (!acceptsJson(request.headers.accept)) throw new EdgeRefusal('not-acceptable')
  })
  fastify.addHook('onSend', async (request, reply) => {
    // What fits no parser is refused before it is read, and closes the connection.
    if (reply.getHeader('connection') === 'close') await readOut(request.raw)
    if (!deps.health.stopping) return
    reply.header('connection', 'close')
    await connections.held
  })
  fastify.addHook('onResponse', async (request, reply) =>
    logRequest(deps, request, reply.statusCode, reply.elapsedTime),
  )
  return { adapter, allowed, connections }
}

const isApi = (request: FastifyRequest): boolean => request.routeOptions.url?.startsWith('/api/') === true

function logRequest(deps: EdgeDeps, request: FastifyRequest, status: number, ms: number): void {
  const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)')
  // Any word can be sent as a method.
  const method = request.is404 && status !== 405 ? '(none)' : request.method
  const who = requesterIn(request)
  const code = codeOf(request)
  deps.metrics.request(route, method, status, ms / 1000)
  deps.log.info(
    {
      request: request.id,
      method,
      route,
      status,
      ms: Math.round(ms * 1000) / 1000,
      ...(who !== undefined && { tenant: who.tenant, actor: who.actor.id }),
      ...(code !== undefined && { code }),
    },
    'request',
  )
}

/** Whether a path is one of a route's, `:id` standing for any segment. */
function matches(url: string, path: string): boolean {
  const wanted = url.split('/')
  const given = path.split('/')
  return (
    !url.includes('*') &&
    wanted.length === given.length &&
    wanted.every((part, n) => (part.startsWith(':') ? given[n] !== '' : part === given[n]))
  )
}
