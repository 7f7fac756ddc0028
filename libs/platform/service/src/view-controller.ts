import { Controller, Get, Req, Res, type Type } from '@nestjs/common'
import type { Shape } from '@rapport/events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { requester } from './caller.ts'
import { header, pathId, query } from './gate.ts'
import { EdgeRefusal, type Fault } from './problems.ts'
import type { View } from './views.ts'

/** `GET /api/views/<name>` and `/api/views/<name>/{id}` of every view. */
export function viewController(views: readonly View[]): Type {
  class Views {}
  const target = Views.prototype as object
  for (const view of views)
    for (const place of view.at ?? ['list']) {
      const name = `${view.name} ${place}`
      const value = (request: FastifyRequest, reply: FastifyReply) => ask(view, place, request, reply)
      Object.defineProperty(target, name, { value, writable: true, configurable: true })
      Req()(target, name, 0)
      Res({ passthrough: true })(target, name, 1)
      Get(place === 'one' ? `${view.name}/:id` : view.name)(
        target,
        name,
        Object.getOwnPropertyDescriptor(target, name)!,
      )
    }
  Controller('api/views')(Views)
  return Views
}

async function ask(view: View, place: 'list' | 'one', request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { tenant, actor } = requester(request)
  const params = parameters(place === 'one' ? (view.one ?? view.parameters) : view.parameters, query(request))
  const waitFor = header(request, 'wait-for')
  const answer = await view.ask({
    tenant,
    actor,
    params,
    ...(waitFor !== undefined && { waitFor }),
    ...(place === 'one' && { id: pathId((request.params as { id?: string }).id) }),
  })
  if (answer.etag !== undefined) reply.header('etag', `"${answer.etag}"`)
  return answer.body
}

function parameters(known: Shape, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const faults: Fault[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(known, name))
    .map((parameter) => ({ parameter, detail: `is not one of ${Object.keys(known).join(', ') || 'none'}` }))
  for (const [parameter, schema] of Object.entries(known)) {
    const value = given[parameter]
    const { error } = schema.safeParse(value)
    if (error !== undefined)
      faults.push({
        parameter,
        detail: value === undefined ? 'is missing' : error.issues.map((i) => i.message).join(', '),
      })
  }
  if (faults.length > 0) throw new EdgeRefusal('invalid-query', { errors: faults })
  return given
}
