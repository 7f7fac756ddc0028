import { OutcomeUnknown, RapportError, Unavailable } from '@rapport/events'

/** A topic that a message goes to or comes from does not exist; none is ever made by the way. */
export class TopicMissing extends RapportError {
  constructor(topics: readonly string[]) {
    const words = topics.length === 1 ? 'There is no topic' : 'There are no topics'
    super('topic-missing', `${words} ${topics.join(', ')}: run the topics job (rapport topics) first.`, { topics })
  }
}

/** A message that could never be sent, or that no consumer would take for one of ours; nothing was sent. */
export class InvalidMessage extends RapportError {
  constructor(reason: string, detail: Readonly<Record<string, unknown>>) {
    super('invalid-message', reason, detail)
  }
}

interface Failure {
  readonly name?: string
  readonly type?: string
  readonly message?: string
  readonly retriable?: boolean
  readonly cause?: unknown
}

/** An error of kafkajs and what caused it, outermost first. */
function chain(error: unknown): readonly Failure[] {
  const found: Failure[] = []
  for (let at = error as Failure | undefined; at && typeof at === 'object' && found.length < 10;) {
    found.push(at)
    at = at.cause as Failure | undefined
  }
  return found
}

export const isOf = (error: unknown, ...types: readonly string[]): boolean =>
  chain(error).some(({ type }) => type !== undefined && types.includes(type))

/** The group has gone on without this member, or is about to: what it holds belongs to others, or soon will. */
export const isFenced = (error: unknown): boolean =>
  isOf(error, 'REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID')

/** Whether the same may work later without anybody's doing. */
export const isPassing = (error: unknown): boolean =>
  chain(error).some(({ name }) => name === 'KafkaJSNumberOfRetriesExceeded') || chain(error).at(-1)?.retriable === true

const wordsOf = (error: unknown): string => chain(error).at(-1)?.message ?? String(error)

export const unavailable = (error: unknown): Unavailable => new Unavailable(`Kafka cannot be used: ${wordsOf(error)}`)

/** What became of messages that were sent and not acknowledged. */
export function failureOfSending(error: unknown, topics: readonly string[]): RapportError {
  if (isOf(error, 'UNKNOWN_TOPIC_OR_PARTITION')) return new TopicMissing(topics)
  if (isOf(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'))
    return new InvalidMessage('A message is larger than its topic takes (max.message.bytes).', { topics })
  if (isOf(error, 'NOT_ENOUGH_REPLICAS', 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'))
    return unavailable(error)
  return new OutcomeUnknown(`Kafka has not acknowledged: ${wordsOf(error)}`)
}
