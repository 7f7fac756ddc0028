import { yaml } from '../yaml.ts'
import { topicConfig, topics } from './topics.ts'

const environments = {
  single: { replicationFactor: 1, minInsyncReplicas: 1 },
  cluster: { replicationFactor: 3, minInsyncReplicas: 2 },
}

/** What the topics job makes, and holds what stands against. */
export const topicsDefinition = () => ({
  config: topicConfig,
  environments,
  topics: topics().map(({ stream, partitions }) => ({ name: `${stream}.v1`, partitions })),
})

/** `infra/kafka/topics.yaml`. */
export const topicsFile = (): string => yaml(topicsDefinition())
