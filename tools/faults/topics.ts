import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HOUSE, messagesOf, type Message, type StoredEvent } from '@rapport/events'
import { registry, type StoreIdentity } from '@rapport/house'
import { KafkaMessages } from '@rapport/kafka'
import { root } from '../crash/processes.ts'
import { topics } from '../generators/messages/topics.ts'
import { unique, type Deployment } from './deployment.ts'
import { holdTold } from './told.ts'

const run = promisify(execFile)
const PATIENCE = 180_000

export interface Told {
  /** Records on all topics, messages among them, and how many of those came before. */
  readonly records: number
  readonly messages: number
  readonly repeats: number
  readonly foreign: number
  readonly problems: readonly string[]
}

/** Waits until the relays have told everything, reads every topic from its beginning, and holds it against the store. */
export async function topicsAgainst(
  deployment: Deployment,
  events: readonly StoredEvent[],
  planted: ReadonlySet<string>,
): Promise<Told> {
  const problems = await relaysBehind(deployment, events)
  const { id, restores } = (await deployment.mongo.ops.get(HOUSE, 'store'))!.value as unknown as StoreIdentity
  const source = `urn:rapport:store:${id}/${restores}`
  const wanted = events.flatMap((stored) => messagesOf(registry, stored, source))
  const { records, read, foreign } = await readAll(deployment)
  const held = holdTold(read, wanted, planted)
  return { records, messages: read.length, repeats: held.repeats, foreign, problems: [...problems, ...held.problems] }
}

/** What the relays have not told in time. */
async function relaysBehind({ mongo }: Deployment, events: readonly StoredEvent[]): Promise<string[]> {
  const end = performance.now() + PATIENCE
  for (;;) {
    const behind: string[] = []
    for (const { name } of registry.contexts) {
      const last = events.findLast(({ stream }) => stream.startsWith(`${name}.`))
      const at = (await mongo.ops.get(HOUSE, `relay/${name}`))?.value as { readonly reached?: string } | undefined
      if (last !== undefined && !((at?.reached ?? '') >= last.position)) behind.push(name)
    }
    if (behind.length === 0) return []
    if (performance.now() > end) return behind.map((name) => `The relay of ${name} has not told everything.`)
    await sleep(200)
  }
}

/** Every record of every topic, until as many came as the broker says there are. */
async function readAll({ brokers }: Deployment) {
  const streams = topics().map(({ stream }) => stream)
  const records = await recordsOn(brokers, streams)
  const done = new AbortController()
  let foreign = 0
  const read: Message[] = []
  const look = (): void => {
    if (read.length + foreign >= records) done.abort()
  }
  const messages = new KafkaMessages({ brokers, clientId: 'faults', onForeign: () => (foreign++, look()) })
  const late = setTimeout(() => done.abort(), PATIENCE)
  await messages.consume(
    { group: unique('faults'), streams, from: 'beginning', signal: done.signal },
    async (message) => {
      read.push(message)
      look()
    },
  )
  clearTimeout(late)
  await messages.close()
  return { records, read, foreign }
}

// ── with a client that knows nothing of the house: the driver is for its adapter only ─────────────────────────────

/** How many records the broker says that these topics hold. */
async function recordsOn(brokers: readonly string[], streams: readonly string[]): Promise<number> {
  const code = `
    let records = 0
    for (const topic of JSON.parse(given))
      for (const { high, low } of await admin.fetchTopicOffsets(topic)) records += Number(high) - Number(low)
    console.log(records)`
  return Number(await plainly(brokers, code, JSON.stringify(streams.map((stream) => `rapport.${stream}.v1`))))
}

/** Puts records on a topic that nobody of the house would: a tombstone, one without our headers, one that is no JSON. */
export async function plantForeign(brokers: readonly string[], stream: string, key: string): Promise<number> {
  const code = `
    const { topic, key } = JSON.parse(given)
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const messages = [{ key, value: null }, { key, value: '{}' }, { key, value: 'no JSON', headers: { ce_id: 'x', ce_type: 'y' } }]
    await producer.send({ topic, messages })
    await producer.disconnect()
    console.log(messages.length)`
  return Number(await plainly(brokers, code, JSON.stringify({ topic: `rapport.${stream}.v1`, key })))
}

async function plainly(brokers: readonly string[], code: string, given: string): Promise<string> {
  const whole = `
    import kafkajs from 'kafkajs'
    const [brokers, given] = process.argv.slice(1)
    const { Kafka, logLevel, Partitioners } = kafkajs
    const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
    const admin = kafka.admin()
    await admin.connect()
    ${code.replace('kafka.producer({', 'kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner,')}
    await admin.disconnect()`
  const { NODE_OPTIONS: _, ...env } = process.env
  const args = ['--input-type=module', '-e', whole, brokers.join(','), given]
  return (await run(process.execPath, args, { cwd: join(root, 'libs/platform/kafka'), env })).stdout.trim()
}
