import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { connect } from 'node:net'
import { once } from 'node:events'
import { request } from 'node:http'
import { world, type World } from './world.fixture.ts'

let w: World
let port: number
beforeAll(async () => {
  w = await world({ env: { REQUEST_TIMEOUT: '1' } })
  ;({ port } = await w.service.listen())
})
afterAll(() => w.close())

/** Sends bytes as they are; answers all that comes until the server closes. */
async function raw(...pieces: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')))
  await once(socket, 'connect')
  for (const piece of pieces) socket.write(piece)
  await once(socket, 'close')
  return answer
}
const problem = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>

describe('bodies', () => {
  test('more than 1 MiB is 413, exactly 1 MiB is read', async () => {
    const body = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`
    expect((await w.post('/api/desk/boards', body(1024 * 1024 + 1))).json()).toMatchObject({
      status: 413,
      code: 'too-large',
    })
    expect((await w.post('/api/desk/boards', body(1024 * 1024))).json()).toMatchObject({
      status: 422,
      code: 'invalid-command',
    })
  })

  test('only application/json, not compressed, is read', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'application/json+x',
      'multipart/form-data; boundary=x',
      'application/json; charset=latin1',
      'x',
    ])
      expect([type, (await w.post('/api/desk/boards', '{"name":"x"}', { 'content-type': type })).json()]).toMatchObject(
        [type, { status: 415, code: 'unsupported-media-type' }],
      )
    expect((await w.post('/api/desk/boards', '{"name":"x"}', { 'content-encoding': 'gzip' })).statusCode).toBe(415)
    expect(
      (await w.post('/api/desk/boards', '{"name":"x"}', { 'content-type': 'application/json; charset=utf-8' }))
        .statusCode,
    ).toBe(201)
  })

  test('a command without a body is told so', async () => {
    const answer = await w.send({
      method: 'POST',
      url: '/api/desk/boards',
      headers: { authorization: `Bearer ${w.pm}` },
    })
    expect(answer.json()).toMatchObject({ status: 400, code: 'not-json' })
    expect((await w.post('/api/desk/boards', '')).json()).toMatchObject({ status: 400, code: 'not-json' })
  })

  test('BR-61 keys of prototypes are refused at any depth, and nobody is affected', async () => {
    for (const body of [
      '{"name":"x","__proto__":{"role":"admin"}}',
      '{"constructor":{"prototype":{"role":"admin"}}}',
      '{"prototype":{"role":"admin"}}',
      '{"name":"x","a":[{"__proto__":{"role":"admin"}}]}',
      '{"a":{"constructor":{"prototype":{"role":"admin"}}}}',
      '{"\\u005f_proto__":{"role":"admin"}}',
    ])
      expect((await w.post('/api/desk/boards', body)).json()).toMatchObject({ status: 400, code: 'forbidden-key' })
    for (const key of ['toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'isPrototypeOf'])
      expect((await w.post('/api/desk/boards', { name: 'x', [key]: 1 })).json()).toMatchObject({
        status: 422,
        errors: [{ pointer: `/${key}` }],
      })
    expect(({} as { role?: string }).role).toBeUndefined()
    const auditor = { authorization: `Bearer ${await w.token({ role: 'auditor' })}` }
    expect((await w.post('/api/desk/boards', { name: 'x' }, auditor)).statusCode).toBe(403)
  })

  test('what the strict parser refuses is 400 with its code', async () => {
    for (const [code, body] of [
      ['not-json', '{'],
      ['not-utf8', Buffer.from([0x22, 0xff, 0x22])],
      ['duplicate-key', '{"name":"a","name":"b"}'],
      ['too-deep', '['.repeat(5000)],
      ['unsafe-number', '{"n":9007199254740993}'],
      ['lone-surrogate', '{"n":"\\ud800"}'],
    ] as const) {
      const answer = await w.send({
        method: 'POST',
        url: '/api/desk/boards',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${w.pm}` },
        payload: body,
      })
      expect(answer.json()).toMatchObject({ status: 400, code })
    }
  })

  test('a command takes no query', async () => {
    for (const query of ['x=1', '__proto__=1', 'tenant=two'])
      expect((await w.post(`/api/desk/boards?${query}`, { name: 'x' })).json()).toMatchObject({
        status: 400,
        code: 'invalid-query',
      })
  })
})

describe('addresses', () => {
  test('an unknown one is 404, a known one with another method 405 with Allow, as problem+json', async () => {
    for (const url of ['/', '/api', '/api/desk/nothing', '/api/views/nothing', '/x?y=z', '//evil']) {
      const answer = await w.get(url)
      expect([url, answer.statusCode, answer.headers['content-type']]).toEqual([url, 404, 'application/problem+json'])
    }
    const answer = await w.get('/api/desk/boards')
    expect([answer.statusCode, answer.headers['allow'], answer.headers['content-type']]).toEqual([
      405,
      'POST',
      'application/problem+json',
    ])
    expect((await w.send({ method: 'DELETE', url: '/health/live' })).headers['allow']).toBe('GET, HEAD')
  })

  test('an address that is not valid percent-encoding is 400', async () => {
    expect((await w.get('/api/desk/%ff')).json()).toMatchObject({ status: 400, code: 'bad-request' })
  })

  test('who accepts no JSON is told 406', async () => {
    for (const accept of ['text/html', 'application/json;q=0', 'image/*'])
      expect((await w.post('/api/desk/boards', { name: 'x' }, { accept })).json()).toMatchObject({
        status: 406,
        code: 'not-acceptable',
      })
    for (const accept of ['*/*', 'text/html, application/json;q=0.5', 'application/*', 'Application/JSON'])
      expect((await w.post('/api/desk/boards', { name: 'x' }, { accept })).statusCode).toBe(201)
  })

  test('every answer carries the headers that keep browsers from guessing and framing', async () => {
    for (const answer of [await w.get('/nothing'), await w.get('/health/live'), await w.post('/api/desk/boards', {})])
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      })
  })
})

describe('the wire', () => {
  test('headers that come too slowly are answered 408 and closed', async () => {
    const answer = await raw('GET /health/live HTTP/1.1\r\nhost: x\r\nx-slow: ')
    expect(problem(answer)).toMatchObject({ status: 408, code: 'request-timeout' })
  })

  test('a body that comes too slowly is answered 408 and closed', async () => {
    const answer = await raw(
      `POST /api/desk/boards HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${w.pm}\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"na`,
    )
    expect(problem(answer)).toMatchObject({ status: 408, code: 'request-timeout' })
  })

  test('what is not HTTP, or has too many headers, is a problem too', async () => {
    expect(problem(await raw('hello\r\n\r\n'))).toMatchObject({ status: 400, code: 'bad-request' })
    expect(problem(await raw(`GET / HTTP/1.1\r\nhost: x\r\nx-big: ${'x'.repeat(20_000)}\r\n\r\n`))).toMatchObject({
      status: 431,
      code: 'headers-too-large',
    })
  })

  test('a header that may be there once is refused when it is there twice', async () => {
    const sent = request({
      port,
      method: 'POST',
      path: '/api/desk/boards',
      headers: [
        'host',
        'x',
        'authorization',
        `Bearer ${w.pm}`,
        'content-type',
        'application/json',
        'idempotency-key',
        'a',
        'idempotency-key',
        'b',
      ],
    }).end('{"name":"x"}')
    const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
    expect(answer.statusCode).toBe(400)
    expect(JSON.parse(await new Response(answer as never).text())).toMatchObject({ code: 'invalid-header' })
  })

  test('it listens at the loopback address only, unless HOST says otherwise', () => {
    expect((w.service.app.getHttpServer() as import('node:net').Server).address()).toMatchObject({
      address: '127.0.0.1',
    })
  })
})
