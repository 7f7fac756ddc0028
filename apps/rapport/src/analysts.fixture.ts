import { execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual, promisify } from 'node:util'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export const root = fileURLToPath(new URL('../../../', import.meta.url))
const run = promisify(execFile)

/** A record as a reader outside the house prints it. */
export interface Read {
  readonly topic: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}

/** Blocks of the how-to in a language, which a reader of it would copy. */
export function howTo(language: string): string {
  const page = readFileSync(`${root}docs/how-to/consume-the-topics.md`, 'utf8')
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))]
  if (blocks.length !== 1) throw new Error(`The how-to has ${blocks.length} blocks of ${language}.`)
  return blocks[0]![1]!
}

/** Whether kcat is there, or why it cannot be asked. */
export async function kcatVersion(): Promise<{ readonly version: string } | { readonly reason: string }> {
  try {
    return { version: (await run('kcat', ['-V'])).stdout }
  } catch (error) {
    return { reason: `kcat does not run here: ${(error as NodeJS.ErrnoException).code ?? String(error)}` }
  }
}

/** What the command of the how-to prints of a topic; only the topic is put into it. */
export async function readByKcat(brokers: string, topic: string): Promise<readonly Read[]> {
  const command = howTo('sh').replace('rapport.communication.meeting.v1', topic)
  const { stdout } = await run('sh', ['-c', command], {
    env: { ...process.env, KAFKA_BROKERS: brokers },
    maxBuffer: 1 << 28,
  })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { topic, key, payload, headers } = JSON.parse(line) as Record<'topic' | 'key' | 'payload', string> & {
        readonly headers: readonly string[]
      }
      const pairs = headers.flatMap((name, n) => (n % 2 === 0 ? [[name, headers[n + 1]!] as const] : []))
      if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error(`A header came twice: ${line}`)
      return { topic, key, headers: Object.fromEntries(pairs), value: payload }
    })
}

/** How many records the groups of a deployment's reactions have still to hear; undefined while there is a group that has no offset. */
export async function groupLag(brokers: string, prefix: string): Promise<number | undefined> {
  const code = `
    import { Kafka, logLevel } from 'kafkajs'
    const [brokers, prefix] = process.argv.slice(1)
    const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const { groups } = await admin.listGroups()
    const ours = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix) && id.includes('reaction'))
    let lag = 0
    for (const groupId of ours)
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId }))
        for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
          const { offset } = partitions.find((one) => one.partition === partition) ?? { offset: '-1' }
          lag += Number(high) - Math.max(0, Number(offset))
        }
    await admin.disconnect()
    console.log(JSON.stringify({ lag, groups: ours.length }))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code, brokers, prefix], { cwd: root })
  const { lag, groups } = JSON.parse(stdout) as { readonly lag: number; readonly groups: number }
  return groups === 0 ? undefined : lag
}

/** An event as the SDK of CloudEvents gives it. */
export type Event = Readonly<Record<string, unknown>> & { readonly topic: string; readonly id: string }

/** Runs the consumer of the how-to, as it stands there, in a process of its own until it has printed so many different events. */
export async function readByConsumer(brokers: string, prefix: string, count: number): Promise<readonly Event[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', howTo('js')], {
    cwd: root,
    env: { PATH: process.env['PATH'], KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const events: Event[] = []
  const ids = new Set<string>()
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line) as Event
      events.push(event)
      if (ids.add(event.id).size === count) return events
    }
    throw new Error(`The consumer ended after ${ids.size} events: ${errors}`)
  } finally {
    child.kill('SIGKILL')
  }
}

/** What is left without repeats, as the how-to says to do it: delivery is at least once. A repeat says what the first said. */
export function once<T>(read: readonly T[], idOf: (item: T) => string): readonly T[] {
  const first = new Map<string, T>()
  for (const item of read) {
    const before = first.get(idOf(item))
    if (before === undefined) first.set(idOf(item), item)
    else if (!isDeepStrictEqual(before, item)) throw new Error(`Two messages with the id ${idOf(item)} differ.`)
  }
  return [...first.values()]
}

/** A validator of the schemas in docs/reference, by the names of their files. */
export function schemas(): Ajv2020.default {
  const ajv = new Ajv2020.default({ strict: true, allErrors: true })
  addFormats.default(ajv)
  const folder = `${root}docs/reference/schemas/`
  for (const name of readdirSync(folder)) ajv.addSchema(JSON.parse(readFileSync(`${folder}${name}`, 'utf8')), name)
  return ajv
}
