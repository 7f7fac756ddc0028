import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { RapportError } from '@rapport/events'
import { anId } from '@rapport/testing'
import { z } from 'zod'
import { world, type World } from './world.fixture.ts'
import type { View, ViewRequest } from './views.ts'

let asked: ViewRequest[] = []
const shelf: View = {
  name: 'shelf',
  summary: 'What stands on the shelf.',
  at: ['list', 'one'],
  stream: 'desk.note',
  one: { limit: z.string().regex(/^\d+$/).optional() },
  parameters: {
    owner: z
      .string()
      .regex(/^[a-z]+$/, 'must be a name')
      .optional(),
    limit: z.string().regex(/^\d+$/).optional().describe('At most this many.'),
  },
  async ask(request) {
    asked.push(request)
    if (request.waitFor === 'far') throw new RapportError('lagging', 'Behind.', { lag: 12 })
    if (request.waitFor === 'nonsense') throw new RapportError('invalid-position', 'No position.')
    if (request.id === anId(1)) return { body: { id: request.id }, etag: '3' }
    if (request.id !== undefined) throw new RapportError('not-found', `${request.id} of ${request.tenant}`)
    return { body: [{ owner: request.params['owner'] ?? 'all' }] }
  },
}

let w: World
beforeAll(async () => {
  w = await world({ views: [shelf] })
})
afterAll(() => w.close())
beforeEach(() => {
  asked = []
})

describe('views over HTTP', () => {
  test('a view is asked with tenant and actor of the token, its parameters and wait-for', async () => {
    const answer = await w.get('/api/views/shelf?owner=ben&limit=5', { 'wait-for': '00012' })
    expect([answer.statusCode, answer.json()]).toEqual([200, [{ owner: 'ben' }]])
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(asked).toEqual([
      {
        tenant: 'one',
        actor: expect.objectContaining({ role: 'pm', kind: 'person' }),
        params: { owner: 'ben', limit: '5' },
        waitFor: '00012',
      },
    ])
  })

  test('a document has the revision as its ETag; a create’s Location points to it', async () => {
    const answer = await w.get(`/api/views/shelf/${anId(1).toUpperCase()}`)
    expect([answer.json(), answer.headers['etag']]).toEqual([{ id: anId(1) }, '"3"'])
    const board = await w.aBoard()
    const made = await w.post('/api/desk/notes', { board, body: 'x', tone: 'calm' })
    expect(made.headers['location']).toBe(`/api/views/shelf/${(made.json() as { id: string }).id}`)
  })

  test('a document is asked with its own parameters', async () => {
    expect((await w.get(`/api/views/shelf/${anId(1)}?limit=5`)).statusCode).toBe(200)
    expect((await w.get(`/api/views/shelf/${anId(1)}?owner=ben`)).json()).toMatchObject({
      code: 'invalid-query',
      errors: [{ parameter: 'owner', detail: 'is not one of limit' }],
    })
  })

  test('BR-63 operators, arrays, objects, unknown and repeated parameters are 400, and no view is asked', async () => {
    for (const query of [
      'owner[$ne]=x',
      'owner%5B$ne%5D=x',
      'owner=a&owner=b',
      'owner[]=a',
      'tenant=two',
      '$where=1',
      '__proto__=x',
      'constructor=x',
      'prototype=x',
      '__proto__[role]=admin',
      'owner={"$gt":""}',
      'limit=1e3',
      'owner=%ff',
      'owner=%',
      'toString=1',
      'hasOwnProperty=1',
    ])
      expect([query, (await w.get(`/api/views/shelf?${query}`)).json()]).toMatchObject([
        query,
        { status: 400, code: 'invalid-query' },
      ])
    expect(asked).toEqual([])
    expect(({} as { role?: string }).role).toBeUndefined()
  })

  test('each faulty parameter is named', async () => {
    expect((await w.get('/api/views/shelf?owner=X&colour=red')).json()).toMatchObject({
      errors: [
        { parameter: 'colour', detail: 'is not one of owner, limit' },
        { parameter: 'owner', detail: 'must be a name' },
      ],
    })
  })

  test('BR-63 what is no id is answered like one that nobody has, and no view is asked', async () => {
    const { body } = await w.get(`/api/views/shelf/${anId(2)}`)
    expect(body).toBe(
      '{"type":"urn:rapport:error:not-found","title":"There is no such thing here.","status":404,"code":"not-found"}',
    )
    asked = []
    for (const id of [
      'undefined',
      'null',
      '[object Object]',
      '%7B%22$gt%22:%22%22%7D',
      '00000000-0000-0000-0000-000000000000',
    ])
      expect((await w.get(`/api/views/shelf/${id}`)).body).toBe(body)
    expect(asked).toEqual([])
  })

  test('a view that lags is 503 with Retry-After and the lag, never silently stale', async () => {
    const answer = await w.get('/api/views/shelf', { 'wait-for': 'far' })
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1'])
    expect(answer.json()).toMatchObject({ code: 'lagging', details: { lag: 12 } })
  })

  test('a wait-for that is no position is 400', async () => {
    expect((await w.get('/api/views/shelf', { 'wait-for': 'nonsense' })).json()).toMatchObject({
      status: 400,
      code: 'invalid-position',
    })
  })

  test('a view needs a token', async () => {
    const answer = await w.send({ method: 'GET', url: '/api/views/shelf' })
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="rapport"'])
  })
})
