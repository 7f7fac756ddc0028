import { publicEvents } from './contracts.ts'

/** A topic without the prefix of its deployment is `<context>.<stream>.v1` (contracts.md §6). */
export interface Topic {
  readonly stream: string
  /** Fixed: with another number of partitions a key would change its place and lose its order. */
  readonly partitions: number
}

/** One topic for each kind of stream that publishes. */
export const topics = (): readonly Topic[] =>
  [...new Set(publicEvents.map(({ stream }) => stream))].map((stream) => ({ stream, partitions: 12 }))

/** Everything on every topic stays for ever; a replica that missed something never becomes the leader. */
export const topicConfig = {
  'cleanup.policy': 'delete',
  'retention.ms': -1,
  'retention.bytes': -1,
  'max.message.bytes': 2_097_152,
  'unclean.leader.election.enable': false,
} as const
