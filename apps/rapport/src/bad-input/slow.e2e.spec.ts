import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { scratch } from '../cli.fixture.ts'
import { Http } from '../http.fixture.ts'
import { openServer, type RunningServer } from '../server.ts'

jest.setTimeout(300_000)

const folder = scratch('slow')
let server: RunningServer
let token: string
beforeAll(async () => {
  server = await openServer({ data: folder.path('data'), port: 0, env: { REQUEST_TIMEOUT: '2' } })
  token = await server.token({ tenant: 'main', role: 'pm' })
  await server.settled()
})
afterAll(async () => {
  await server.close()
  await folder.clean()
})

/** Begins a request, drips on, and answers what came until the server closed. */
async function drip(beginning: string, drop: string): Promise<string> {
  const socket: Socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  let answer = ''
  let closed = false
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')))
  socket.on('error', () => {})
  socket.on('close', () => (closed = true))
  await once(socket, 'connect')
  socket.write(beginning)
  while (!closed) {
    await sleep(50)
    if (!closed && socket.writable) socket.write(drop)
  }
  return answer
}
const post = `POST /api/engagements/clients HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`
const slow: Readonly<Record<string, () => Promise<string>>> = {
  'headers that never end': () => drip('GET /health/live HTTP/1.1\r\nhost: x\r\nx-slow: ', 'x'),
  'header after header': () => drip('GET /health/live HTTP/1.1\r\nhost: x\r\n', 'x-a: b\r\n'),
  'a body that drips': () =>
    drip(`${post}authorization: Bearer ${token}\r\ncontent-length: 5000\r\n\r\n{"name":"`, 'x'),
  'a body in chunks that drip': () =>
    drip(`${post}authorization: Bearer ${token}\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"name":"\r\n`, '1\r\nx\r\n'),
  'a body that nobody may send': () => drip(`${post}content-length: 5000\r\n\r\n{"name":"`, 'x'),
}

describe('who sends slowly is cut off, and holds up nobody', () => {
  test('thirty of each kind are answered 4xx and closed, while others are served; nothing of theirs is recorded', async () => {
    const http = new Http(server.url, token)
    const waiting = Object.entries(slow).flatMap(([what, begin]) =>
      Array.from({ length: 30 }, async () => [what, await begin()] as const),
    )
    let open = true
    const ended = Promise.all(waiting).finally(() => (open = false))
    let recorded = 0
    while (open) {
      const { id, position } = await http.done('/api/engagements/clients', { name: `Client ${recorded++}` })
      expect(await http.view(`clients/${id}`, { 'wait-for': position })).toMatchObject({ id })
      await sleep(5)
    }
    for (const [what, answer] of await ended) {
      const status = what === 'a body that nobody may send' ? '401' : '408'
      expect([what, answer.slice(0, 12)]).toEqual([what, `HTTP/1.1 ${status}`])
      expect(answer).toContain('content-type: application/problem+json')
      expect(answer).toContain(`"code":"${status === '401' ? 'no-token' : 'request-timeout'}"`)
    }
    expect(recorded).toBeGreaterThan(10)
    const { items } = await http.view<{ items: object[] }>('clients?limit=500')
    expect(items).toHaveLength(Math.min(recorded, 500))
  })

  test('what is no HTTP is answered 400 or 431 and closed', async () => {
    for (const [bytes, status] of [
      ['\u0016\u0003\u0001 hello\r\n\r\n', '400'],
      ['GET / HTTP/9.9\r\nhost: x\r\n\r\n', '400'],
      [`${post}content-length: 5\r\ncontent-length: 6\r\n\r\n{"a":1`, '400'],
      [`${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, '400'],
      [`${post}content-length: -1\r\n\r\n`, '400'],
      [`${post}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nx`, '400'],
      [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, '431'],
      [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
    ] as const) {
      const answer = await drip(bytes, '')
      expect([bytes.slice(0, 80), answer.slice(0, 12)]).toEqual([bytes.slice(0, 80), `HTTP/1.1 ${status}`])
      expect(answer).toContain('application/problem+json')
    }
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
  })
})
