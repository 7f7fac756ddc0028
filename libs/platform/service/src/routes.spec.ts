import { describe, expect, test } from '@jest/globals'
import { context, decision, Registry, serve, stream, type AnyDecision } from '@rapport/events'
import { commandRoutes } from './routes.ts'

const letter = stream('post.letter', { initial: {}, events: [], scope: { level: 'tenant' } })
const named = (name: string, more: { creates?: true; apart?: true } = {}): AnyDecision =>
  decision(letter, name, {
    summary: name,
    rules: [],
    roles: ['pm'],
    command: {},
    errors: {},
    example: {},
    ...more,
    decide: () => [],
  })
const routes = (...decisions: AnyDecision[]) =>
  commandRoutes(new Registry([context({ name: 'post', streams: [serve(letter, decisions)] })]))

describe('the routes of commands', () => {
  test('a create is at the streams’ address, one apart below it, any other below its stream', () => {
    const found = routes(
      named('write', { creates: true }),
      named('find', { creates: true, apart: true }),
      named('seal'),
    )
    expect(found.map(({ path, hasId }) => [path, hasId])).toEqual([
      ['/api/post/letters', false],
      ['/api/post/letters/find', false],
      ['/api/post/letters/{id}/seal', true],
    ])
  })

  test('two creates at one address are a mistake', () =>
    expect(() => routes(named('write', { creates: true }), named('find', { creates: true }))).toThrow(
      'a stream has one create',
    ))
})
