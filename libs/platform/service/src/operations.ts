import { Controller, HttpCode, Post, Req, type Type } from '@nestjs/common'
import { RapportError, Refusal, type Acting, type Role, type Shape } from '@rapport/events'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { requester } from './caller.ts'
import { faultsOf } from './command-body.ts'
import { platformErrors } from './error-list.ts'
import { noQuery } from './gate.ts'
import { EdgeRefusal } from './problems.ts'

/** Something that a running installation is asked to do and that is no command of a stream: an import's rows, a backup, a rebuild. */
export interface Operation {
  /** `POST /api/operations/<name>` */
  readonly name: string
  readonly summary: string
  readonly roles: readonly Role[]
  readonly body: Shape
  /** What it answers is sent as JSON. A RapportError of a code that the platform does not know is a refusal with that code; the words of a `not-found` are told. */
  run(request: { readonly tenant: string; readonly actor: Acting; readonly body: unknown }): Promise<object>
}

export function operationController(operations: readonly Operation[]): Type {
  class Operations {}
  const target = Operations.prototype as object
  for (const operation of operations) {
    const { name } = operation
    const schema = z.strictObject(operation.body)
    Object.defineProperty(target, name, {
      value: (request: FastifyRequest) => run(operation, schema, request),
      writable: true,
      configurable: true,
    })
    Req()(target, name, 0)
    HttpCode(200)(target, name, Object.getOwnPropertyDescriptor(target, name)!)
    Post(name)(target, name, Object.getOwnPropertyDescriptor(target, name)!)
  }
  Controller('api/operations')(Operations)
  return Operations
}

async function run(operation: Operation, schema: z.ZodType, request: FastifyRequest): Promise<object> {
  const { tenant, actor } = requester(request)
  if (!operation.roles.includes(actor.role)) throw new EdgeRefusal('forbidden')
  noQuery(request)
  const body = schema.safeParse(request.body)
  if (!body.success) throw new EdgeRefusal('invalid-command', { errors: faultsOf(body.error) })
  try {
    return await operation.run({ tenant, actor, body: body.data })
  } catch (error) {
    if (error instanceof RapportError && !Object.hasOwn(platformErrors, error.code))
      throw new Refusal(error.code, error.message, error.detail)
    // An operation looks for what the caller named in so many words, and says what there is.
    if (error instanceof Refusal && error.code === 'not-found')
      throw new EdgeRefusal('not-found', { detail: error.message })
    throw error
  }
}
