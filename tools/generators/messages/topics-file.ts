import { yaml } from '../yaml.ts'
import { topics } from './topics.ts'

/** Everything on every topic stays for ever; a replica that missed something never becomes the leader. */
const config = {
  'cleanup.policy': 'delete',
  'retention.ms': -1,
  'retention.bytes': -1,
  'max.message.bytes': 2_097_152,
  'unclean.leader.election.enable': false,
}
const environments = {
  single: { replicationFactor: 1, minInsyncReplicas: 1 },
  cluster: { replicationFactor: 3, minInsyncReplicas: 2 },
}

/** `infra/kafka/topics.yaml`: what the topics job makes, and holds what stands against. */
export const topicsFile = (): string =>
  yaml({
    config,
    environments,
    topics: topics().map(({ stream, partitions }) => ({ name: `${stream}.v1`, partitions })),
  })
