import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { world, type World } from './world.fixture.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

describe('commands', () => {
  test('a create answers 201 with opaque revision and position, Location and ETag', async () => {
    const answer = await w.post('/api/desk/boards', { name: 'Plans' })
    expect(answer.statusCode).toBe(201)
    const body = answer.json() as Record<string, unknown>
    expect(body).toEqual({ id: expect.any(String), revision: '0', position: expect.any(String), events: 1 })
    expect(answer.headers['location']).toBe(`/api/desk/boards/${body['id'] as string}`)
    expect(answer.headers['etag']).toBe('"0"')
    expect(answer.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
  })
})
