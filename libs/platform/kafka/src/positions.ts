import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, Consumer, FetchOffsetsPartition } from 'kafkajs'

interface Partition {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}
export interface Joined {
  readonly isLeader: boolean
  readonly memberAssignment: Readonly<Record<string, readonly number[]>>
}

const NONE = '-1'

/**
 * Fixes where a group begins that hears from its deployment on: at the end as it is first found, kept by the broker before anything is
 * handled. One member of a generation, its leader, writes every partition; the others wait for it. A partition without an
 * offset in a topic that has some was added later: it begins at its start, as all of it came after the deployment.
 * `isCurrent` says whether this generation still stands; a commit of an older one the broker would refuse anyway.
 */
export async function beginAtTheEnd(
  { admin, consumer, groupId, topics }: { admin: Admin; consumer: Consumer; groupId: string; topics: string[] },
  { isLeader, memberAssignment }: Joined,
  isCurrent: () => boolean,
): Promise<void> {
  while (isCurrent()) {
    const standing = await admin.fetchOffsets({ groupId, topics })
    if (!standing.some(({ partitions }) => partitions.some(isMissing))) {
      if (!isCurrent()) return
      // What the consumer took for its position before the offsets stood is forgotten.
      for (const { topic, partitions } of standing)
        for (const { partition, offset } of partitions)
          if (memberAssignment[topic]?.includes(partition)) consumer.seek({ topic, partition, offset })
      return
    }
    if (isLeader) {
      const begins = await Promise.all(standing.map((one) => beginsOf(admin, one)))
      if (isCurrent()) await consumer.commitOffsets(begins.flat())
    }
    await sleep(isLeader ? 20 : 100)
  }
}

async function beginsOf(
  admin: Admin,
  { topic, partitions }: { readonly topic: string; readonly partitions: readonly FetchOffsetsPartition[] },
): Promise<readonly Partition[]> {
  const missing = partitions.filter(isMissing)
  if (missing.length === 0) return []
  const added = missing.length < partitions.length
  const found = new Map((await admin.fetchTopicOffsets(topic)).map((one) => [one.partition, one]))
  return missing.flatMap(({ partition }) => {
    const at = found.get(partition)
    return at === undefined ? [] : [{ topic, partition, offset: added ? at.low : at.high }]
  })
}

const isMissing = ({ offset }: FetchOffsetsPartition): boolean => offset === NONE
