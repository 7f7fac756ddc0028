import { Body, Controller, HttpCode, Post, Req, Res, UseGuards, type ExecutionContext, type Type } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import { platformCodes, Refusal, uuidv7, type Handle, type Json, type Registry } from '@rapport/events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { requester } from './caller.ts'
import { commandDto, type CommandInput } from './command-body.ts'
import { idempotencyKey, ifMatch, noQuery, pathId } from './gate.ts'
import type { Metrics } from './metrics.ts'
import { EdgeRefusal } from './problems.ts'
import { collectionPath, commandRoutes, type CommandRoute } from './routes.ts'

export interface CommandDeps {
  readonly registry: Pick<Registry, 'streams'>
  readonly handle: Pick<Handle, 'handle'>
  readonly metrics: Pick<Metrics, 'command'>
  /** Where documents of a stream are asked for, if a view holds them. */
  readonly documentsOf: (stream: string) => string | undefined
}

/** What a command answers; revision and position are opaque. */
export interface CommandAnswer {
  readonly id: string
  readonly revision: string
  readonly position: string
  readonly events: number
  readonly replayed?: true
}

/** One Nest controller a stream, one route a decision, all from the contexts' lists. */
export function commandControllers(deps: CommandDeps): readonly Type[] {
  const routes = commandRoutes(deps.registry)
  return deps.registry.streams.map(({ stream }) => {
    const Commands = { [`${stream.name} commands`]: class {} }[`${stream.name} commands`]!
    for (const route of routes) if (route.decision.stream === stream) addRoute(Commands, route, deps)
    Controller()(Commands)
    return Commands
  })
}

function addRoute(Commands: Type, route: CommandRoute, deps: CommandDeps): void {
  const { decision, path } = route
  const dto = commandDto(decision)
  const value = (request: FastifyRequest, reply: FastifyReply, input: CommandInput) =>
    run(route, deps, request, reply, input)
  Object.defineProperty(Commands.prototype, decision.name, { value, writable: true, configurable: true })
  const target = Commands.prototype as object
  const descriptor = Object.getOwnPropertyDescriptor(target, decision.name)!
  const mayAct = {
    canActivate(context: ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<FastifyRequest>()
      if (!decision.roles.includes(requester(request).actor.role))
        throw new Refusal('forbidden', platformCodes.forbidden)
      return true
    },
  }
  Req()(target, decision.name, 0)
  Res({ passthrough: true })(target, decision.name, 1)
  Body({ transform: (body: Json | undefined) => accepted(body) })(target, decision.name, 2)
  UseGuards(mayAct)(target, decision.name, descriptor)
  HttpCode(200)(target, decision.name, descriptor)
  RouteConfig({ decision })(target, decision.name, descriptor)
  Post(path.replace('{id}', ':id'))(target, decision.name, descriptor)

  function accepted(body: Json | undefined): CommandInput {
    if (body === undefined) throw new EdgeRefusal('not-json', { detail: 'A command has a body, {} at least.' })
    return dto.parse(body)
  }
}

async function run(
  route: CommandRoute,
  deps: CommandDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  input: CommandInput,
): Promise<CommandAnswer> {
  const { decision } = route
  const { stream } = decision
  const { tenant, actor } = requester(request)
  noQuery(request)
  const revision = ifMatch(request)
  let key = idempotencyKey(request)
  if (key === undefined) {
    key = uuidv7()
    reply.header('idempotency-key', key)
  }
  const outcome = await deps.handle.handle({
    tenant,
    stream: stream.name,
    decision: decision.name,
    ...(route.hasId && { id: pathId((request.params as { id?: string }).id) }),
    body: input.command,
    received: input.received,
    occurred: input.occurred,
    key,
    source: actor.id,
    actor,
    ifMatch: revision,
  })
  deps.metrics.command(
    stream.name,
    decision.name,
    outcome.replayed ? 'replayed' : outcome.events === 0 ? 'nothing' : 'recorded',
  )
  if (decision.creates === true && outcome.events > 0) reply.code(201)
  const documents = deps.documentsOf(stream.name) ?? collectionPath(stream)
  reply.header('location', stream.singleton ? documents : `${documents}/${outcome.id}`)
  reply.header('etag', `"${outcome.revision}"`)
  return {
    id: outcome.id,
    revision: String(outcome.revision),
    position: outcome.position,
    events: outcome.events,
    ...(outcome.replayed && { replayed: true as const }),
  }
}
