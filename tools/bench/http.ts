import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { Connection, type Target } from './load.ts'
import { rate, rounds, type Setting, type Work } from './work.ts'

const CONNECTIONS = 32
const PATH = '/api/communication/interactions'
const rapport = join(import.meta.dirname, '../..', 'apps/rapport/bin/rapport.mjs')
const echo = join(import.meta.dirname, 'control/echo.ts')

const run = (file: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'warn' },
  })
async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line
  throw new Error(`It ended with ${String(child.exitCode)}.`)
}
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
}

/** `rapport start` on a new folder, with one engagement to speak about. */
async function product(data: string): Promise<{ child: ChildProcess; target: Target; engagement: string }> {
  const child = run(rapport, ['start', '--json', '--port', '0', '--data', data])
  const { url } = JSON.parse(await firstLine(child)) as { url: string }
  const token = await firstLine(run(rapport, ['token', '--role', 'pm', '--data', data]))
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
  const zone = 'Europe/Berlin'
  const engagement = await post('engagements', { client, manager, name: 'Portal', start: '2026-01-05', zone })
  return { child, target: { url, token }, engagement }
}

async function connections(target: Target): Promise<readonly Connection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.to(target, PATH)))
}

export const http: Work = {
  name: 'http-command',
  unit: 'commands/s',
  goal: 0.5,
  words: 'POST of a contact to `rapport start`, from body to durable event, 32 connections',
  why: 'architecture.md',
  async run(setting: Setting) {
    const many = setting.size(4_000, 64)
    const ours = await product(setting.folder('ours'))
    const control = run(echo, [])
    const open: Connection[] = []
    try {
      const { url, token } = JSON.parse(await firstLine(control)) as Target
      const [our, their] = [await connections(ours.target), await connections({ url, token })]
      open.push(...our, ...their)
      const { engagement } = ours
      let count = 0
      const load = (list: readonly Connection[]) => () =>
        rate(many, () =>
          Promise.all(
            list.map(async (connection, caller) => {
              for (let n = caller; n < many; n += CONNECTIONS) {
                const summary = `Asked on page ${count++} whether the training can start a week later. `.repeat(3)
                await connection.post(JSON.stringify({ engagement, channel: 'phone', direction: 'inbound', summary }))
              }
            }),
          ),
        )
      const sides = { ours: load(our), control: load(their) }
      // Both have compiled what they need before anybody counts.
      for (const side of Object.values(sides)) await side()
      return await rounds(setting.size(9, 2), sides)
    } finally {
      for (const connection of open) connection.close()
      await Promise.all([end(control), end(ours.child)])
    }
  },
}
