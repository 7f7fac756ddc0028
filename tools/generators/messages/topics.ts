import { publicEvents } from './contracts.ts'

/** A topic without the prefix of its deployment: `<context>.<stream>.v1` (contracts.md §6). */
export interface Topic {
  readonly stream: string
  /** Fixed: with another number of partitions a key would change its place and lose its order. */
  readonly partitions: number
  readonly config: { readonly [name: string]: number | readonly string[] }
}

/** One topic for each kind of stream that publishes. */
export const topics = (): readonly Topic[] =>
  [...new Set(publicEvents.map(({ stream }) => stream))].map((stream) => ({
    stream,
    partitions: 12,
    config: { 'cleanup.policy': ['delete'], 'retention.ms': -1, 'max.message.bytes': 2_097_152 },
  }))
