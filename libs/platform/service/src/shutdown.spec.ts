import { afterEach, describe, expect, test } from '@jest/globals'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { world, type World } from './world.fixture.ts'

let w: World
afterEach(() => w?.close())

interface Sent {
  readonly status?: number
  readonly error?: string
  readonly connection?: string | undefined
}
const send = (port: number, agent: Agent, token: string, path = '/api/desk/boards') =>
  new Promise<Sent>((resolve) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve({ status: answer.statusCode!, connection: answer.headers.connection }))
        answer.on('error', (error) => resolve({ error: `while answering: ${(error as { code?: string }).code}` }))
      },
    )
    sent.on('error', (error) => resolve({ error: (error as { code?: string }).code ?? error.message }))
    sent.end('{"name":"x"}')
  })

describe('shutdown', () => {
  test.each(['kept', 'new'])(
    'at load on %s connections every accepted request is answered, and what was answered is recorded',
    async (kind) => {
      w = await world()
      const { port } = await w.service.listen()
      const agent = new Agent({ keepAlive: kind === 'kept', maxSockets: 32 })
      const sent: Sent[] = []
      let on = true
      const clients = Array.from({ length: 32 }, async () => {
        while (on) {
          const one = await send(port, agent, w.pm)
          sent.push(one)
          if (one.error !== undefined) return
        }
      })
      // Every client is at work, however slow the machine is.
      while (sent.length < 200) await sleep(10)
      await w.service.close()
      on = false
      await Promise.all(clients)
      agent.destroy()
      const kinds = new Map<string, number>()
      for (const { status, error } of sent)
        kinds.set(String(status ?? error), (kinds.get(String(status ?? error)) ?? 0) + 1)
      expect([...kinds.keys()].filter((kind) => kind !== '201' && kind !== 'ECONNREFUSED')).toEqual([])
      expect(w.log.all).toHaveLength(kinds.get('201')!)
    },
  )

  test('connections that wait to be accepted by a process that is slow to answer are answered', async () => {
    let inHand = 0
    w = await world({
      handle: {
        handle: () => {
          inHand++
          // What a busy processor does to it: nothing else is done meanwhile.
          for (const end = performance.now() + 4; performance.now() < end;);
          return Promise.resolve({ id: 'x', revision: 0, position: '1', events: 1, replayed: false })
        },
      },
    })
    const { port } = await w.service.listen()
    const agent = new Agent({ keepAlive: false })
    const all = Array.from({ length: 300 }, () => send(port, agent, w.pm))
    while (inHand < 3) await sleep(1)
    await w.service.close()
    const sent = await Promise.all(all)
    expect(sent.filter(({ status, error }) => status !== 201 && error !== 'ECONNREFUSED')).toEqual([])
    expect(sent.length - inHand).toBe(sent.filter(({ error }) => error === 'ECONNREFUSED').length)
    agent.destroy()
  })

  test('readiness turns 503 at once, live stays 200, what is under way finishes with Connection: close', async () => {
    const under = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    w = await world({
      handle: {
        handle: async () => {
          begun.resolve()
          await under.promise
          return { id: 'x', revision: 0, position: '1', events: 1, replayed: false }
        },
      },
    })
    const { port } = await w.service.listen()
    const agent = new Agent({ keepAlive: true })
    const answer = send(port, agent, w.pm)
    await begun.promise
    const closed = w.service.close()
    const get = async (path: string) => (await w.send({ method: 'GET', url: path })).statusCode
    expect([await get('/health/ready'), await get('/health/live')]).toEqual([503, 200])
    await sleep(50)
    expect((await send(port, agent, w.pm)).error).toBe('ECONNREFUSED')
    under.resolve()
    expect(await answer).toEqual({ status: 201, connection: 'close' })
    await closed
    agent.destroy()
  })

  test('a connection that is idle does not hold it up, nor does a request that never ends', async () => {
    w = await world({ env: { SHUTDOWN_TIMEOUT: '1' }, handle: { handle: () => new Promise(() => undefined) } })
    const { port } = await w.service.listen()
    const agent = new Agent({ keepAlive: true })
    expect((await send(port, agent, w.pm, '/nothing')).status).toBe(404)
    const stuck = send(port, agent, w.pm)
    await sleep(50)
    const start = performance.now()
    await w.service.close()
    expect(performance.now() - start).toBeLessThan(3000)
    expect((await stuck).error).toBe('ECONNRESET')
    agent.destroy()
  })

  test('closing twice is closing once; a service that never listened can be closed', async () => {
    w = await world()
    await Promise.all([w.service.close(), w.service.close()])
  })
})
