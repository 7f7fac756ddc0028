import { afterEach, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { clockCheck, type Check } from './health.ts'
import { world, type World } from './world.fixture.ts'

let w: World
afterEach(() => w.close())
const health = async (name: string) => {
  const answer = await w.send({ method: 'GET', url: `/health/${name}` })
  return [answer.statusCode, answer.json()]
}

describe('health', () => {
  test('ready follows the checks and names each; startup holds from the first time all hold; live stays', async () => {
    let checks: readonly Check[] = [{ name: 'models', ok: false, words: 'timeline is 12 events behind.' }]
    w = await world({ ready: async () => checks })
    expect(await health('ready')).toEqual([
      503,
      { status: 'not ready', checks: [{ name: 'running', ok: true }, ...checks] },
    ])
    expect(await health('startup')).toEqual([503, { status: 'starting' }])
    checks = [{ name: 'models', ok: true }]
    expect(await health('startup')).toEqual([200, { status: 'started' }])
    expect(await health('ready')).toEqual([
      200,
      {
        status: 'ready',
        checks: [
          { name: 'running', ok: true },
          { name: 'models', ok: true },
        ],
      },
    ])
    checks = [{ name: 'models', ok: false }]
    expect([await health('startup'), (await health('ready'))[0], await health('live')]).toEqual([
      [200, { status: 'started' }],
      503,
      [200, { status: 'live' }],
    ])
  })

  test('a check that fails does not hold, and says nothing of why', async () => {
    w = await world({ ready: () => Promise.reject(new Error('Zhang San')) })
    expect(await health('ready')).toEqual([
      503,
      {
        status: 'not ready',
        checks: [
          { name: 'running', ok: true },
          { name: 'checks', ok: false, words: 'They failed.' },
        ],
      },
    ])
  })

  test('a check that takes longer than two seconds does not hold', async () => {
    w = await world({ ready: () => new Promise(() => undefined) })
    expect((await health('ready'))[0]).toBe(503)
  })

  test('a clock more than a minute behind the last event is not ready', async () => {
    w = await world()
    const at = (text: string) => clockCheck(Temporal.Instant.from('2026-03-02T12:00:00Z'), text).ok
    expect([at('2026-03-02T12:01:00.000Z'), at('2026-03-02T12:01:00.001Z'), at('2026-03-01T00:00:00.000Z')]).toEqual([
      true,
      false,
      true,
    ])
    expect(clockCheck(Temporal.Instant.from('2026-03-02T12:00:00Z'), undefined).ok).toBe(true)
  })
})

describe('metrics', () => {
  test('count requests by route pattern and commands by outcome, and show the lag and the process', async () => {
    w = await world({ lag: () => ({ timeline: 12 }) })
    const id = await w.aNote()
    await w.post(`/api/desk/notes/${id}/pin`, {}, { 'idempotency-key': 'k' })
    await w.post(`/api/desk/notes/${id}/pin`, {}, { 'idempotency-key': 'k' })
    await w.post(`/api/desk/notes/${id}/pin`, { times: 5 })
    await w.get('/api/secret-path')
    const answer = await w.send({ method: 'GET', url: '/metrics' })
    expect(answer.headers['content-type']).toContain('text/plain')
    for (const line of [
      'rapport_http_request_duration_seconds_count{route="/api/desk/notes/:id/pin",method="POST",status="200"} 2',
      'rapport_http_request_duration_seconds_count{route="/api/desk/notes/:id/pin",method="POST",status="409"} 1',
      'rapport_http_request_duration_seconds_count{route="(none)",method="(none)",status="404"} 1',
      'rapport_commands_total{stream="desk.note",decision="pin",outcome="recorded"} 1',
      'rapport_commands_total{stream="desk.note",decision="pin",outcome="replayed"} 1',
      'rapport_commands_total{stream="desk.note",decision="pin",outcome="pinned-enough"} 1',
      'rapport_projection_lag_events{model="timeline"} 12',
    ])
      expect(answer.body).toContain(`${line}\n`)
    expect(answer.body).toContain('process_cpu_seconds_total')
    expect(answer.body).not.toContain('secret-path')
  })
})

describe('the log', () => {
  test('has one line a request with route pattern, status, time, tenant and actor, and nothing that a person wrote', async () => {
    w = await world({
      views: [
        {
          name: 'shelf',
          summary: 'x',
          parameters: { owner: z.string().optional() },
          ask: async ({ params }) => ({ body: params }),
        },
      ],
      ready: async () => [],
    })
    const planted = 'Zhang-San'
    const board = await w.aBoard(planted)
    const note = await w.post(
      '/api/desk/notes',
      { board, body: planted, tone: 'calm', day: planted, [planted]: 1 },
      { 'idempotency-key': planted, 'user-agent': planted, cookie: planted },
    )
    expect(note.statusCode).toBe(422)
    await w.post(
      '/api/desk/notes',
      { board, body: planted, tone: 'calm' },
      { 'idempotency-key': planted, referer: planted, 'x-forwarded-for': '10.9.8.7', 'x-request-id': planted },
    )
    await w.post(`/api/desk/notes/${planted}/pin`, `{"${planted}`)
    await w.post(`/api/desk/boards?${planted}=${planted}`, {}, { authorization: `Bearer ${planted}` })
    await w.get(`/api/views/shelf?owner=${planted}`, { 'wait-for': planted })
    await w.get(`/${planted}?${planted}`)
    await w.get(`/api/desk/%ff${planted}`)
    await w.send({
      method: 'POST',
      url: '/api/desk/boards',
      headers: { 'content-type': planted, authorization: `Bearer ${w.pm}` },
      payload: planted,
    })
    await w.post('/api/desk/boards', { name: 'x' }, { authorization: `Bearer ${await w.token({ subject: planted })}` })
    const all = w.lines.join('')
    for (const text of [planted, 'Anna', '10.9.8.7', w.pm, w.pm.slice(-20)])
      expect([text, all.includes(text)]).toEqual([text, false])
    const lines = w.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'request')
    expect(lines.length).toBeGreaterThanOrEqual(9)
    expect(lines[0]).toEqual({
      level: 'info',
      time: expect.any(String),
      msg: 'request',
      request: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'POST',
      route: '/api/desk/boards',
      status: 201,
      ms: expect.any(Number),
      tenant: 'one',
      actor: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(lines[1]).toMatchObject({ status: 422, code: 'invalid-command' })
  })
})
