import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { onServers, removeTopics, startDouble, type Double } from '@rapport/testing'
import { registry } from '../generators/house.ts'
import { root } from '../lint/workspace.ts'

jest.setTimeout(180_000)

interface Cluster {
  readonly pid?: number
  readonly services: readonly { readonly name: string; readonly url: string; readonly pid: number }[]
}

await onServers(['kafka', 'mongodb'], ({ kafka, mongodb }) => {
  const dir = mkdtempSync(join(tmpdir(), 'rapport-cluster-'))
  const prefix = `t${randomUUID().slice(0, 8)}`
  let double: Double
  let env: NodeJS.ProcessEnv
  let up: { readonly child: ChildProcess; readonly said: () => string }

  const cluster = (): Cluster => JSON.parse(readFileSync(join(dir, 'cluster.json'), 'utf8')) as Cluster
  const service = (name: string) => cluster().services.find((one) => one.name === name)!
  function begin(...args: readonly string[]) {
    const child = spawn(process.execPath, [join(root, 'tools/cluster.mjs'), ...args, '--dir', dir], { env })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
    return { child, said: () => said }
  }
  async function run(...args: readonly string[]) {
    const { child, said } = begin(...args)
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, said: said() }
  }
  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + 120_000
    while (!(await holds())) {
      if (performance.now() > end || up.child.exitCode !== null) throw new Error(`It did not become true: ${up.said()}`)
      await sleep(50)
    }
  }
  const ask = async (name: string, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${service(name).url}${path}`, init)

  beforeAll(async () => {
    double = await startDouble()
    const port = await freePorts()
    const { NODE_OPTIONS: _, KEYS_MASTER_KEY_FILE: __, TOKEN_KEY_FILE: ___, ...inherited } = process.env
    env = {
      ...inherited,
      EVENTSTORE_URL: double.address,
      MONGODB_URL: mongodb,
      KAFKA_BROKERS: kafka,
      DEPLOYMENT: prefix,
    }
    up = begin('up', '--port', String(port), '--scale', 'projection=2', '--restart')
    await until(() => up.said().includes('Everything is ready.'))
  })
  afterAll(async () => {
    await run('down')
    await double.dispose()
    await removeTopics(
      kafka,
      registry.streams.map(({ stream }) => `${prefix}.${stream.name}.v1`),
    )
    rmSync(dir, { recursive: true, force: true })
  })

  test('it makes keys for their owner alone, starts every service and says where each is', async () => {
    for (const file of ['master.key', 'token.key']) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600)
    expect(
      cluster()
        .services.map(({ name }) => name)
        .sort(),
    ).toEqual(['communication', 'engagements', 'projection', 'projection-2'])
    for (const { name, url } of cluster().services)
      expect(up.said()).toMatch(new RegExp(`${name} +${url} +${url}/docs`))
    const status = await run('status')
    expect(status).toMatchObject({ code: 0 })
    expect(status.said.match(/ ready$/gm)).toHaveLength(4)
  })

  test('a token as it says opens the services: what one records both projections serve', async () => {
    const command = spawn(
      process.execPath,
      ['--conditions=@rapport/source', join(root, 'apps/rapport/bin/rapport.mjs'), 'token', '--role', 'pm'],
      { env: { ...env, TOKEN_KEY_FILE: join(dir, 'token.key'), KEYS_MASTER_KEY_FILE: join(dir, 'master.key') } },
    )
    let token = ''
    command.stdout.setEncoding('utf8').on('data', (text) => (token += text))
    await once(command, 'close')
    const headers = { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/json' }
    const made = await ask('engagements', '/api/engagements/clients', {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: 'Harbour' }),
    })
    expect(made.status).toBe(201)
    const { id, position } = (await made.json()) as { readonly id: string; readonly position: string }
    for (const projection of ['projection', 'projection-2']) {
      let text = ''
      await until(async () => {
        const answer = await ask(projection, '/api/views/clients', { headers: { ...headers, 'wait-for': position } })
        if (answer.status === 200) text = await answer.text()
        return answer.status === 200
      })
      expect(text).toContain(id)
    }
  })

  test('a service that is killed is reported and started again', async () => {
    const { pid } = service('communication')
    process.kill(pid, 'SIGKILL')
    await until(() => service('communication').pid !== pid)
    expect(up.said()).toContain('communication has ended (SIGKILL)')
    await until(async () => (await ask('communication', '/health/ready').catch(() => undefined))?.status === 200)
  })

  test('it is started once, and bad input is told', async () => {
    expect(await run('up')).toMatchObject({ code: 3 })
    expect(await run('up', '--scale', 'moon=2')).toMatchObject({ code: 2 })
    expect(await run('up', '--port', '65535')).toMatchObject({ code: 2 })
    expect(await run('sideways')).toMatchObject({ code: 2 })
  })

  test('down ends everything in order', async () => {
    const ended = once(up.child, 'exit')
    const pids = cluster().services.map(({ pid }) => pid)
    expect(await run('down')).toMatchObject({ code: 0 })
    expect(await ended).toEqual([0, null])
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(await run('status')).toMatchObject({ code: 5 })
  })
})

/** The first of four ports in a row that nobody listens at. */
async function freePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    const free = await Promise.all([0, 1, 2, 3].map((n) => isFree(first + n)))
    if (free.every(Boolean)) return first
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .on('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
