import type { LoggerService } from '@nestjs/common'
import { RapportError } from '@rapport/events'
import { pino, type DestinationStream, type Logger } from 'pino'

/** Structured lines. No body, token, query or address of a client is ever given to it. */
export const createLogger = (level: string, destination?: DestinationStream): Logger => {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** What may be logged of an error: our own words, never those of others, for they quote what they were given. */
export function errorForLog(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { name: typeof error }
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    ...(error instanceof RapportError && { message: error.message }),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .map((line) => line.trim()),
  }
}

/** Nest's own messages: only what goes wrong. */
export const nestLogger = (log: Logger): LoggerService => ({
  log: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
  warn: (message: unknown) => log.warn({ from: 'nest' }, typeof message === 'string' ? message : 'warning'),
  error: (message: unknown) =>
    log.error(
      { from: 'nest', ...(message instanceof Error && { error: errorForLog(message) }) },
      typeof message === 'string' ? message : 'error',
    ),
})
