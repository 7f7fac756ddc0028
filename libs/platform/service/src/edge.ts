import { FastifyAdapter } from '@nestjs/platform-fastify'
import { limits, uuidv7, type KeyRing } from '@rapport/events'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { codeOf, sendProblem, type Allowed, type ProblemDeps } from './answers.ts'
import { authenticate, requesterIn, setRequester } from './caller.ts'
import type { EdgeConfig } from './config.ts'
import { platformErrors, type PlatformCode } from './error-list.ts'
import { installGate } from './gate.ts'
import type { Health } from './health.ts'
import type { Metrics } from './metrics.ts'
import { EdgeRefusal } from './problems.ts'
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

/** Fastify with everything that happens before and after Nest: timeouts, gate, token, headers, one log line a request. */
export function createEdge(deps: EdgeDeps): { readonly adapter: FastifyAdapter; readonly allowed: Allowed } {
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
  installGate(fastify)
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url })
  })
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(request))
    reply.header('x-request-id', request.id)
    if (request.is404 || !isApi(request)) return
    reply.header('cache-control', 'no-store')
    setRequester(request, await authenticate(request.headers.authorization, deps.verify, deps.keys))
    if (!acceptsJson(request.headers.accept)) throw new EdgeRefusal('not-acceptable')
  })
  fastify.addHook('onSend', async (_request, reply) => {
    if (deps.health.stopping) reply.header('connection', 'close')
  })
  fastify.addHook('onResponse', async (request, reply) =>
    logRequest(deps, request, reply.statusCode, reply.elapsedTime),
  )
  return { adapter, allowed }
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

/** Swagger UI styles itself inline; nothing of ours loads anything from elsewhere or may be framed. */
function securityHeaders(request: FastifyRequest): Readonly<Record<string, string>> {
  const docs = request.routeOptions.url?.startsWith('/docs') === true
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'content-security-policy': docs
      ? "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
      : "default-src 'none'; frame-ancestors 'none'",
  }
}

const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined ||
  accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return (
      /^(\*\/\*|application\/(\*|json|problem\+json))$/.test(type) && !parameters.some((p) => /^q=0(\.0*)?$/.test(p))
    )
  })

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

/** What is not even HTTP, or came too slowly, has no request: the answer is written to the socket. */
function answerBroken(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const code: PlatformCode =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'request-timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers-too-large'
        : 'bad-request'
  const { status, words } = platformErrors[code]
  const body = JSON.stringify({ type: `urn:rapport:error:${code}`, title: words, status, code })
  socket.end(
    `HTTP/1.1 ${status} ${code}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\nx-content-type-options: nosniff\r\n\r\n${body}`,
  )
}
