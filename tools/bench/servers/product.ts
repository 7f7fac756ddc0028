import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Connection, type Target } from '../load.ts'
import type { Deployment } from './deployment.ts'

const rapport = join(import.meta.dirname, '../../..', 'apps/rapport/bin/rapport.mjs')
/** Milliseconds between two questions whether a read model has come up to a position. */
const AGAIN = 5

/** A command that was taken: the stream it made, where its event stands, and when its answer was here. */
export interface Taken {
  readonly id: string
  readonly position: string
  readonly at: number
}

/** The whole product in one process of its own on the servers of a deployment, and clients of it in this one. */
export class Product {
  readonly target: Target
  readonly #child: ChildProcess
  readonly #connections: Connection[] = []
  /** Rejects when the process ends that nobody has stopped. */
  readonly ended: Promise<never>
  #stopped = false
  #count = 0

  private constructor(child: ChildProcess, target: Target) {
    this.#child = child
    this.target = target
    this.ended = once(child, 'exit').then(([code]) => {
      if (!this.#stopped) throw new Error(`The product ended with ${String(code)}.`)
      return new Promise(() => {})
    })
    this.ended.catch(() => {})
  }

  static async start(deployment: Deployment, connections: number): Promise<Product> {
    const args = ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning', rapport]
    const child = spawn(process.execPath, [...args, 'start', '--json', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...deployment.env },
    })
    const { url } = JSON.parse(await firstLine(child)) as { url: string }
    const product = new Product(child, { url, token: await deployment.token() })
    for (let n = 0; n < connections; n++)
      product.#connections.push(await Connection.to(product.target, '/api/communication/interactions'))
    return product
  }

  /** An engagement to speak about. */
  async engagement(): Promise<string> {
    const client = await this.#create('clients', { name: 'Riverside Council' })
    const manager = await this.#create('persons', { name: 'Mia Manager' })
    const zone = 'Europe/Berlin'
    return this.#create('engagements', { client, manager, name: 'Portal', start: '2026-01-05', zone })
  }

  /** So many commands, each connection sending its next when its last was answered. */
  async take(many: number, engagement: string): Promise<readonly Taken[]> {
    const taken: Taken[] = []
    await Promise.all(
      this.#connections.map(async (connection, caller) => {
        for (let n = caller; n < many; n += this.#connections.length)
          taken.push(await this.#contact(connection, engagement))
      }),
    )
    return taken
  }

  /** So many commands at a pace, so many a second; a command waits where every connection is busy. */
  async takeAt(
    pace: number,
    many: number,
    engagement: string,
    taken: (command: Taken, n: number) => unknown,
  ): Promise<void> {
    const start = performance.now()
    let next = 0
    await Promise.all(
      this.#connections.map(async (connection) => {
        for (let n = next++; n < many; n = next++) {
          const wait = start + (n / pace) * 1000 - performance.now()
          if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
          taken(await this.#contact(connection, engagement), n)
        }
      }),
    )
  }

  /** Resolves when the read model of contacts gives this one from its position on: the moment of that answer. */
  async readable({ id, position }: Pick<Taken, 'id' | 'position'>): Promise<number> {
    const headers = { authorization: `Bearer ${this.target.token}`, 'wait-for': position }
    for (;;) {
      const answer = await fetch(`${this.target.url}/api/views/interactions/${id}`, { headers })
      const text = await answer.text()
      if (answer.ok) return performance.now()
      if (answer.status !== 503) throw new Error(`interactions: ${answer.status} ${text}`)
      await new Promise((resolve) => setTimeout(resolve, AGAIN))
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const connection of this.#connections) connection.close()
    if (this.#child.exitCode === null && this.#child.kill('SIGTERM')) await once(this.#child, 'exit')
  }

  async #contact(connection: Connection, engagement: string): Promise<Taken> {
    const summary = `Asked on page ${this.#count++} whether the training can start a week later. `.repeat(3)
    const body = JSON.stringify({ engagement, channel: 'phone', direction: 'inbound', summary })
    const { id, position } = JSON.parse(await connection.post(body)) as { id: string; position: string }
    return { id, position, at: performance.now() }
  }

  async #create(path: string, body: object): Promise<string> {
    const answer = await fetch(`${this.target.url}/api/engagements/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.target.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { id: string }).id
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    child.stdout!.resume()
    return line
  }
  throw new Error(`The product ended with ${String(child.exitCode)}.`)
}
