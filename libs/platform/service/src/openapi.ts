import type { AnyDecision, Registry } from '@rapport/events'
import { z } from 'zod'
import { commandDto } from './command-body.ts'
import { commandCodes, viewCodes } from './error-list.ts'
import { jsonSchema, type JsonSchema } from './json-schema.ts'
import type { Operation } from './operations.ts'
import { commandAnswer, headerParameters, problemSchema } from './openapi-parts.ts'
import { conflictResponse, problemReferences, reference, sharedResponses, type Node } from './openapi-responses.ts'
import { commandRoutes, type CommandRoute } from './routes.ts'
import type { View } from './views.ts'

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: string
  readonly info: Node
  readonly tags: readonly Node[]
  readonly security: readonly Node[]
  readonly paths: Readonly<Record<string, Node>>
  readonly components: Readonly<Record<string, Node>>
}

/** The document of everything that is served: each command with schema, example and every code it can answer, each view with its parameters. */
export function openApi(given: {
  readonly registry: Pick<Registry, 'streams'>
  readonly views: readonly View[]
  readonly operations?: readonly Operation[]
  readonly version: string
}): OpenApi {
  const routes = commandRoutes(given.registry)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rapport',
      version: given.version,
      description:
        'Commands record what happened; views answer what is known. An error is problem+json with a stable code. Revision and position are opaque.',
    },
    tags: [...new Set(routes.map(({ decision }) => decision.stream.name)), 'views', 'operations'].map((name) => ({
      name,
    })),
    security: [{ bearer: [] }],
    paths: {
      ...Object.fromEntries(routes.map((route) => [route.path, { post: commandOperation(route) }])),
      ...Object.fromEntries(given.views.flatMap(viewPaths)),
      ...Object.fromEntries((given.operations ?? []).map(operationPath)),
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' } },
      parameters: headerParameters,
      responses: { ...sharedResponses('Command', commandCodes), ...sharedResponses('View', viewCodes) },
      schemas: {
        Problem: problemSchema,
        CommandAnswer: commandAnswer,
        ...Object.fromEntries(
          routes.map(({ decision }) => [nameOf(decision), jsonSchema(commandDto(decision).schema)]),
        ),
      },
    },
  }
}

const nameOf = (decision: AnyDecision): string => `${decision.stream.name}.${decision.name}`
const json = (schema: Node, more: Node = {}): Node => ({ content: { 'application/json': { schema, ...more } } })
const idParameter = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }

function commandOperation({ decision, hasId }: CommandRoute): Node {
  const recorded = {
    description: 'It is recorded, durably.',
    headers: {
      Location: { description: 'Where it is.', schema: { type: 'string' } },
      ETag: { description: 'The revision, for If-Match.', schema: { type: 'string' } },
      'Idempotency-Key': { description: 'The key that was made, where none came.', schema: { type: 'string' } },
    },
    ...json(reference('schemas', 'CommandAnswer')),
  }
  return {
    operationId: nameOf(decision),
    tags: [decision.stream.name],
    summary: decision.summary,
    description: [
      `Roles: ${decision.roles.join(', ')}.`,
      ...(decision.rules.length > 0 ? [`Rules: ${decision.rules.join(', ')}.`] : []),
    ].join('\n\n'),
    'x-roles': decision.roles,
    'x-rules': decision.rules,
    parameters: [
      ...(hasId ? [idParameter] : []),
      reference('parameters', 'IdempotencyKey'),
      reference('parameters', 'IfMatch'),
    ],
    requestBody: { required: true, ...json(reference('schemas', nameOf(decision)), { example: decision.example }) },
    responses: {
      ...(decision.creates === true && { 201: recorded }),
      200:
        decision.creates === true
          ? { ...recorded, description: 'It stood already: nothing was to be recorded.' }
          : recorded,
      ...problemReferences('Command', commandCodes),
      409: conflictResponse(decision),
    },
  }
}

/** Its own codes stand in its words; it shares those of commands. */
const operationPath = ({ name, summary, roles, body }: Operation): readonly [string, Node] => [
  `/api/operations/${name}`,
  {
    post: {
      operationId: `operations.${name}`,
      tags: ['operations'],
      summary,
      description: `Roles: ${roles.join(', ')}.`,
      'x-roles': roles,
      parameters: [],
      requestBody: { required: true, ...json(jsonSchema(z.strictObject(body))) },
      responses: { 200: { description: 'It is done.', ...json({}) }, ...problemReferences('Command', commandCodes) },
    },
  },
]

function viewPaths(view: View): readonly (readonly [string, Node])[] {
  return (view.at ?? ['list']).map((place) => [
    `/api/views/${view.name}${place === 'one' ? '/{id}' : ''}`,
    {
      get: {
        operationId: `views.${view.name}.${place}`,
        tags: ['views'],
        summary: view.summary,
        parameters: [
          ...(place === 'one' ? [idParameter] : []),
          ...Object.entries(place === 'one' ? (view.one ?? view.parameters) : view.parameters).map(([name, schema]) =>
            queryParameter(name, schema),
          ),
          reference('parameters', 'WaitFor'),
        ],
        responses: {
          200: {
            description: 'What the view knows.',
            ...json(view.answer === undefined ? {} : jsonSchema(view.answer)),
          },
          ...problemReferences('View', viewCodes),
        },
      },
    },
  ])
}

function queryParameter(name: string, of: z.ZodType): Node {
  const { description, ...schema } = jsonSchema(of) as JsonSchema & { description?: string }
  return {
    name,
    in: 'query',
    required: !of.safeParse(undefined).success,
    ...(description !== undefined && { description }),
    schema,
  }
}
