import 'reflect-metadata'
import { Module, type INestMicroservice } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Messages, Reactor } from '@rapport/events'
import type { Logger } from 'pino'
import { errorForLog, nestLogger } from './log.ts'
import { MessagesTransport } from './messages-transport.ts'

export interface ReactionServiceOptions {
  readonly reactor: Pick<Reactor, 'hearings' | 'stop'>
  readonly messages: Pick<Messages, 'consume'>
  readonly log: Logger
  /** Milliseconds before the first repeat of a consume that was rejected; default 250. */
  readonly pause?: number
}

/** The reactions of a service as a Nest microservice, made but not yet listening. */
export interface ReactionService {
  readonly app: INestMicroservice
  start(): Promise<void>
  /** Waits for the reactions under way; one that waits for an outage to end is let go, and is heard again. The same promise however often. */
  close(): Promise<void>
}

export async function createReactionService(options: ReactionServiceOptions): Promise<ReactionService> {
  const { reactor, messages, log, pause } = options
  const strategy = new MessagesTransport({
    messages,
    ...(pause !== undefined && { pause }),
    onTrouble: (group, error) => log.warn({ group, error: errorForLog(error) }, 'cannot hear'),
  })
  for (const hearing of reactor.hearings()) strategy.add(hearing)
  class Reactions {}
  Module({})(Reactions)
  const app = await NestFactory.createMicroservice(Reactions, {
    strategy,
    logger: nestLogger(log),
    abortOnError: false,
  })
  let closed: Promise<void> | undefined
  return {
    app,
    start: async () => void (await app.listen()),
    close: () => (closed ??= Promise.all([reactor.stop(), app.close()]).then(() => {})),
  }
}
