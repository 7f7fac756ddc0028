import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { Connection, type Target } from './load.ts'
import { rate, rounds, type Measured, type Setting, type Work } from './work.ts'

const CONNECTIONS = 32
const PATH = '/api/communication/interactions'
const rapport = join(import.meta.dirname, '../..', 'apps/rapport/bin/rapport.mjs')

const run = (file: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, EVENTSTORE_URL: '', MONGODB_URL: '', KAFKA_BROKERS: '', LOG_LEVEL: 'warn' },
  })
async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line
  throw new Error(`It ended with ${String(child.exitCode)}.`)
}
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
}

interface Server {
  readonly child: ChildProcess
  readonly target: Target
}
/** Everything in one process, as a laptop runs it: read models, reactions and the clock take their part of the time. */
async function product(data: string): Promise<Server> {
  const child = run(rapport, ['start', '--json', '--port', '0', '--data', data])
  const { url } = JSON.parse(await firstLine(child)) as { url: string }
  const token = await firstLine(run(rapport, ['token', '--role', 'pm', '--data', data]))
  return { child, target: { url, token } }
}
async function started(file: string, ...args: readonly string[]): Promise<Server> {
  const child = run(file, args)
  return { child, target: JSON.parse(await firstLine(child)) as Target }
}

/** An engagement to speak about. */
async function engagementAt({ url, token }: Target): Promise<string> {
  const post = async (path: string, body: object): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/engagements/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { id: string }).id
  }
  const client = await post('clients', { name: 'Riverside Council' })
  const manager = await post('persons', { name: 'Mia Manager' })
  return post('engagements', { client, manager, name: 'Portal', start: '2026-01-05', zone: 'Europe/Berlin' })
}

async function connections(target: Target): Promise<readonly Connection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.to(target, PATH)))
}

async function commands(begin: (data: string) => Promise<Server>, setting: Setting): Promise<Measured> {
  const many = setting.size(4_000, 64)
  const servers: Server[] = []
  const open: Connection[] = []
  try {
    const ours = await begin(setting.folder('ours'))
    const control = await started(join(import.meta.dirname, 'control/echo.ts'))
    servers.push(ours, control)
    const engagement = await engagementAt(ours.target)
    let count = 0
    const load = async ({ target }: Server): Promise<() => Promise<number>> => {
      const list = await connections(target)
      open.push(...list)
      const all = async (connection: Connection, caller: number): Promise<void> => {
        for (let n = caller; n < many; n += CONNECTIONS) {
          const summary = `Asked on page ${count++} whether the training can start a week later. `.repeat(3)
          await connection.post(JSON.stringify({ engagement, channel: 'phone', direction: 'inbound', summary }))
        }
      }
      return () => rate(many, () => Promise.all(list.map(all)))
    }
    const sides = { ours: await load(ours), control: await load(control) }
    // Both have compiled what they need before anybody counts.
    for (const side of Object.values(sides)) await side()
    return await rounds(setting.size(9, 2), sides, (round) => setting.progress(`round ${round + 1}`))
  } finally {
    for (const connection of open) connection.close()
    await Promise.all(servers.map(({ child }) => end(child)))
  }
}

export const http: readonly Work[] = [
  {
    name: 'http-command',
    unit: 'commands/s',
    goal: 0.5,
    words:
      'POST of a contact to `rapport start`, from body to durable event, 32 connections; the read models follow in the same process',
    why: 'architecture.md',
    run: (setting) => commands(product, setting),
  },
  {
    name: 'http-command-api',
    unit: 'commands/s',
    goal: 0.5,
    words: 'the same without read models, reactions and clock in the process: the way of the command alone',
    why: 'architecture.md',
    run: (setting) => commands((data) => started(join(import.meta.dirname, 'api.ts'), data), setting),
  },
]
