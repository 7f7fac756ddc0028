import { RapportError } from '@rapport/events'

/** What infra/kafka/topics.yaml holds: every topic without its prefix, what all of them are set to, and what an environment adds. */
export interface TopicsDefinition {
  readonly topics: readonly { readonly name: string; readonly partitions: number }[]
  /** Topic settings as Kafka spells them, for every topic. */
  readonly config: Readonly<Record<string, string>>
  readonly environments: Readonly<Record<string, Replication>>
}
export interface Replication {
  readonly replicationFactor: number
  readonly minInsyncReplicas: number
}

/** The definition in a parsed file; anything else is `invalid-topics`, which names the place. */
export function readTopics(parsed: unknown): TopicsDefinition {
  const file = members(parsed, 'the file', ['config', 'environments', 'topics'])
  const topics = Array.isArray(file['topics']) ? file['topics'] : invalid('topics', 'a list')
  const read = topics.map((topic: unknown, n) => {
    const { name, partitions } = members(topic, `topics[${n}]`, ['name', 'partitions'])
    if (typeof name !== 'string' || !/^[a-z][a-z-]*\.[a-z][a-z-]*\.v[1-9]\d*$/.test(name))
      return invalid(`topics[${n}].name`, '<context>.<stream>.v<number>')
    return { name, partitions: count(partitions, `topics[${n}].partitions`) }
  })
  if (new Set(read.map(({ name }) => name)).size < read.length) invalid('topics', 'a list that names no topic twice')
  return {
    topics: read,
    config: mapped(file['config'], 'config', (value, at) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : invalid(at, 'a text, number or boolean'),
    ),
    environments: mapped(file['environments'], 'environments', (value, at) => {
      const { replicationFactor, minInsyncReplicas } = members(value, at, ['replicationFactor', 'minInsyncReplicas'])
      return {
        replicationFactor: count(replicationFactor, `${at}.replicationFactor`),
        minInsyncReplicas: count(minInsyncReplicas, `${at}.minInsyncReplicas`),
      }
    }),
  }
}

function invalid(at: string, wanted: string): never {
  throw new RapportError('invalid-topics', `The definition of the topics is wrong: ${at} must be ${wanted}.`, { at })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function members(value: unknown, at: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  const fits = isObject(value) && Object.keys(value).every((name) => names.includes(name))
  return fits ? value : invalid(at, `an object of ${names.join(', ')}`)
}

function mapped<T>(value: unknown, at: string, read: (value: unknown, at: string) => T): Readonly<Record<string, T>> {
  if (!isObject(value)) return invalid(at, 'an object')
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, read(inner, `${at}.${name}`)]))
}

const count = (value: unknown, at: string): number =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : invalid(at, 'a whole number from 1')
