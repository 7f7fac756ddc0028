import kafkajs from 'kafkajs'
import type { Consumer, Kafka, KafkaConfig } from 'kafkajs'
import type { Foreign } from './codec.ts'
import { quietQueues } from './request-queue.ts'

/** One line of what the client has to say; never the content of a message. */
export interface LogLine {
  readonly level: 'error' | 'warn'
  readonly message: string
  readonly detail: Readonly<Record<string, unknown>>
}

export interface KafkaOptions {
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Begins the name of every topic and group of this deployment; default `rapport`. */
  readonly prefix?: string
  /** As kafkajs takes them. */
  readonly ssl?: KafkaConfig['ssl']
  readonly sasl?: KafkaConfig['sasl']
  /** Without it nothing is logged: the client never writes to the console. */
  readonly onLog?: (line: LogLine) => void
  /** Told of each record on a topic that is no message of ours and was passed over. */
  readonly onForeign?: (foreign: Foreign) => void
  /** Milliseconds without a heartbeat after which a consumer counts as dead and its partitions go to others; default 30,000. */
  readonly sessionTimeout?: number
  /** Milliseconds that a rebalance waits for handlers in flight; one that takes longer is overtaken by the next owner. Default 60,000. */
  readonly rebalanceTimeout?: number
  /** Partitions of one `consume` that are handled at once; default 8. */
  readonly partitions?: number
}

export const DEFAULT_PREFIX = 'rapport'

/** The topic of a stream type: `<prefix>.<context>.<stream>.v1`. */
export const topicOf = (prefix: string, stream: string): string => `${prefix}.${stream}.v1`

/** Few repeats within one call: who calls knows better how long to go on. Given whole, as kafkajs takes others when NODE_ENV is `test`. */
const retry = { initialRetryTime: 150, retries: 4, maxRetryTime: 2_000, factor: 0.2, multiplier: 2 } as const

export function clientOf(options: Pick<KafkaOptions, 'brokers' | 'clientId' | 'ssl' | 'sasl' | 'onLog'>): Kafka {
  const { brokers, clientId, ssl, sasl, onLog } = options
  const { ERROR, WARN } = kafkajs.logLevel
  quietQueues()
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl !== undefined && { ssl }),
    ...(sasl !== undefined && { sasl }),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry,
    logLevel: onLog === undefined ? kafkajs.logLevel.NOTHING : WARN,
    logCreator:
      () =>
      ({ level, namespace, log: { message, ...rest } }) => {
        if (level !== ERROR && level !== WARN) return
        const { timestamp: _, logger: __, stack: ___, ...detail } = rest
        onLog?.({ level: level === ERROR ? 'error' : 'warn', message: `${namespace}: ${message}`, detail })
      },
  })
}

type Patience = Pick<KafkaOptions, 'sessionTimeout' | 'rebalanceTimeout'>
const sessionOf = ({ sessionTimeout = 30_000 }: Patience): number => sessionTimeout

/** Milliseconds between two heartbeats. */
export const heartbeatOf = (patience: Patience): number => Math.min(3_000, Math.floor(sessionOf(patience) / 5))

/** A consumer that ends where kafkajs would restart it, as that does so even after it was stopped; it tells then, and its owner makes another. */
export const consumerOf = (kafka: Kafka, groupId: string, patience: Patience, onPassing: () => void): Consumer =>
  kafka.consumer({
    groupId,
    sessionTimeout: sessionOf(patience),
    rebalanceTimeout: patience.rebalanceTimeout ?? 60_000,
    heartbeatInterval: heartbeatOf(patience),
    allowAutoTopicCreation: false,
    // Leaving waits for the fetch under way.
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: 512 * 1024,
    maxBytes: 4 * 1024 * 1024,
    retry: {
      ...retry,
      restartOnFailure: async () => {
        onPassing()
        return false
      },
    },
  })
