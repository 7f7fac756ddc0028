import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import type { AnyDecision } from '@rapport/events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { errorForLog } from './log.ts'
import type { Metrics } from './metrics.ts'
import { answerTo, EdgeRefusal } from './problems.ts'

/** The methods that an address has, for Allow; none for an address that does not exist. */
export type Allowed = (path: string) => readonly string[]

export interface ProblemDeps {
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'command'>
  readonly allowed: Allowed
}

/** Sends any error as problem+json; every way out of the service with a status over 399 is this one. */
export function sendProblem(deps: ProblemDeps, thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { decision } = request.routeOptions.config as { decision?: AnyDecision }
  let error = thrown
  if (request.is404) {
    const allow = deps.allowed((request.raw.url ?? '').split('?', 1)[0]!)
    if (allow.length > 0) {
      reply.header('allow', allow.join(', '))
      error = new EdgeRefusal('method-not-allowed')
    }
  }
  const { problem, retryAfter, unexpected } = answerTo(error, { decision, request: request.id })
  if (unexpected) deps.log.error({ request: request.id, error: errorForLog(error) }, 'unexpected')
  if (decision !== undefined) deps.metrics.command(decision.stream.name, decision.name, problem.code)
  codes.set(request, problem.code)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  if (problem.status === 401)
    reply.header(
      'www-authenticate',
      problem.code === 'no-token' ? 'Bearer realm="rapport"' : 'Bearer realm="rapport", error="invalid_token"',
    )
  // Bytes, for to a text Fastify would add a charset, which this type does not have.
  void reply
    .code(problem.status)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)))
}

const codes = new WeakMap<FastifyRequest, string>()
/** The code of the problem that a request was answered with. */
export const codeOf = (request: FastifyRequest): string | undefined => codes.get(request)

/** Whatever is thrown behind Nest's router, its own 404 included. */
export function problemFilter(deps: ProblemDeps): ExceptionFilter {
  class ProblemFilter {
    catch(error: unknown, host: ArgumentsHost): void {
      const http = host.switchToHttp()
      sendProblem(deps, error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>())
    }
  }
  Catch()(ProblemFilter)
  return new ProblemFilter()
}
