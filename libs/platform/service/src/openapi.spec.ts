import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { commandCodes } from './error-list.ts'
import type { OpenApi } from './openapi.ts'
import { decisions, world, type World } from './world.fixture.ts'

let w: World
let document: OpenApi
beforeAll(async () => {
  w = await world({
    operations: [
      {
        name: 'sweep',
        summary: 'Sweeps the floor.',
        roles: ['admin'],
        body: { room: z.string() },
        run: async () => ({}),
      },
    ],
    views: [
      {
        name: 'shelf',
        summary: 'What stands on the shelf.',
        at: ['list', 'one'],
        parameters: { owner: z.string().describe('Whose.'), limit: z.string().regex(/^\d+$/).optional() },
        answer: z.strictObject({ owner: z.string() }),
        ask: async () => ({ body: {} }),
      },
    ],
  })
  document = (await w.send({ method: 'GET', url: '/docs-json' })).json()
})
afterAll(() => w.close())

type Any = Record<string, never> & { [name: string]: Any }
const at = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .reduce(
      (node: unknown, part) => (node as Any | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    )
const resolve = (node: Any): Any => (typeof node['$ref'] === 'string' ? (at(node['$ref']) as Any) : node)
const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as Any })),
  )

describe('the OpenAPI document', () => {
  test('is version 3.1 with the parts that it must have', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toMatchObject({ title: 'Rapport', version: '0.0.0' })
    expect(document.components['securitySchemes']).toEqual({
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' },
    })
    for (const name of Object.keys(document.components['schemas']!)) expect(name).toMatch(/^[a-zA-Z0-9._-]+$/)
    const ids = operations().map(({ operation }) => operation['operationId'] as unknown as string)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('every reference leads somewhere', () => {
    const references: string[] = []
    JSON.stringify(document, (key, value: unknown) => {
      if (key === '$ref') references.push(value as string)
      return value
    })
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references) expect([reference, at(reference) !== undefined]).toEqual([reference, true])
  })

  test('every operation declares what stands in its path, and describes every answer', () => {
    for (const { path, operation } of operations()) {
      const parameters = (operation['parameters'] as unknown as Any[]).map(resolve)
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(parameters.filter((p) => (p['in'] as unknown) === 'path').map((p) => p['name'])).toEqual(inPath)
      for (const parameter of parameters)
        expect(parameter).toMatchObject({ name: expect.any(String), schema: expect.any(Object) })
      expect(operation['summary']).toEqual(expect.stringMatching(/\.$/))
      for (const [status, response] of Object.entries(operation['responses'] as unknown as Record<string, Any>)) {
        expect(status).toMatch(/^[2-5]\d\d$/)
        expect(resolve(response)['description']).toEqual(expect.stringMatching(/./))
      }
    }
  })

  test('every command is there with roles, rules, its example and each of its codes in words', () => {
    for (const decision of decisions) {
      const { operation } = operations().find(
        (o) => (o.operation['operationId'] as unknown) === `${decision.stream.name}.${decision.name}`,
      )!
      expect(operation).toMatchObject({
        summary: decision.summary,
        'x-roles': decision.roles,
        'x-rules': decision.rules,
      })
      const body = operation['requestBody']!['content']!['application/json']!
      expect(body['example']).toEqual(decision.example)
      const words = Object.values(operation['responses'] as unknown as Record<string, Any>)
        .map((r) => resolve(r)['description'] as unknown as string)
        .join('\n')
      for (const code of [...commandCodes, ...decision.codes]) expect(words).toContain(`\`${code}\`: `)
      for (const said of Object.values(decision.errors as Record<string, string>)) expect(words).toContain(said)
    }
  })

  test('the schema of a command accepts its example and refuses an unknown field', () => {
    for (const decision of decisions) {
      const schema = z.fromJSONSchema(at(`#/components/schemas/${decision.stream.name}.${decision.name}`) as never)
      expect(schema.safeParse(decision.example)).toMatchObject({ success: true })
      expect(schema.safeParse({ ...(decision.example as object), other: 1 })).toMatchObject({ success: false })
    }
  })

  test('marks of ours become extensions, words of a choice its description', () => {
    expect(at('#/components/schemas/desk.note.write/properties')).toMatchObject({
      board: { type: 'string', format: 'uuid', 'x-ref': 'desk.board' },
      tone: { enum: ['calm', 'loud'], description: 'calm: calm / 平静; loud: loud / 响亮' },
      body: { type: 'string', maxLength: 200, 'x-personal': 'stream' },
    })
    expect(JSON.stringify(at('#/components/schemas/desk.note.write'))).not.toMatch(
      /"(ref|words|instant|date|zone)":(true|"desk)/,
    )
  })

  test('every view is there with its parameters', () => {
    const { get } = document.paths['/api/views/shelf'] as unknown as { get: Any }
    expect(get['parameters']).toMatchObject([
      { name: 'owner', in: 'query', required: true, description: 'Whose.', schema: { type: 'string' } },
      { name: 'limit', in: 'query', required: false, schema: { type: 'string', pattern: '^\\d+$' } },
      { $ref: '#/components/parameters/WaitFor' },
    ])
    expect(document.paths['/api/views/shelf/{id}']).toBeDefined()
  })
})

describe('operations', () => {
  const sweep = async (role: 'pm' | 'admin', body: unknown) =>
    w.post('/api/operations/sweep', body, { authorization: `Bearer ${await w.token({ role })}` })

  test('stand in the document and run for their roles with the body that they declare', async () => {
    expect(at('#/paths/~1api~1operations~1sweep/post')).toMatchObject({
      summary: 'Sweeps the floor.',
      'x-roles': ['admin'],
    })
    expect((await sweep('admin', { room: 'hall' })).json()).toEqual({})
    expect((await sweep('pm', { room: 'hall' })).json()).toMatchObject({ status: 403, code: 'forbidden' })
    expect((await sweep('admin', { room: 1 })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/room' }] })
  })
})

describe('/docs', () => {
  test.each(['/docs/../x', '/docs/%2e%2e/x', '/docs/%2e%2e%2fpackage.json', '/docs/%00'])(
    '%s is no address',
    async (url) => {
      const answer = await w.send({ method: 'GET', url })
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'not-found'])
    },
  )

  test('shows the document with files of this server only', async () => {
    const page = await w.send({ method: 'GET', url: '/docs' })
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')])
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!)
    expect(files.length).toBeGreaterThanOrEqual(4)
    for (const file of files) {
      expect(file).not.toMatch(/^(https?:)?\/\//)
      const answer = await w.send({ method: 'GET', url: new URL(file, 'http://x/docs').pathname })
      expect([file, answer.statusCode]).toEqual([file, 200])
    }
    expect(page.headers['content-security-policy']).toContain("default-src 'self'")
  })

  test('asks no service elsewhere whether the document is valid', async () => {
    expect((await w.send({ method: 'GET', url: '/docs/swagger-ui-init.js' })).body).toContain('"validatorUrl": null')
  })
})
