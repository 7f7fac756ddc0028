import { Corrupt, InvalidQuery, RapportError, StorageFull, Unavailable } from '@rapport/events'
import mongoose from 'mongoose'

const { mongo } = mongoose

/**
 * What an error of the driver means for a write. `not-done`: it was never taken. `doubtful`: it may have been done, may be on its way
 * still, or may be taken back by an election. `duplicate`: the unique key stands already. `full`: no room. `refused`: the server will
 * say the same again.
 */
export type Failure = 'not-done' | 'doubtful' | 'duplicate' | 'full' | 'refused'

const DUPLICATE = 11000
const FULL = 14031
/** Not the primary (any more): it took nothing. */
const elsewhere = new Set([10107, 13435])
/** Stepping down, shutting down, interrupted, out of time: what was begun may have been done. */
const interrupted = new Set([6, 7, 50, 64, 89, 91, 175, 189, 262, 9001, 11600, 11601, 11602, 100])

/** The driver lets an error of its socket through as it is where a command is written into a connection that is full and then breaks. */
const socket = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
])

/** Sorts an error by what it says about a write; undefined for one that is not of the driver. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof mongoose.Error.MongooseServerSelectionError) return 'not-done'
  if (!(error instanceof mongo.MongoError))
    return socket.has(String((error as { code?: unknown } | undefined)?.code)) ? 'doubtful' : undefined
  if (error instanceof mongo.MongoBulkWriteError) return ofBatch(error)
  if (error instanceof mongo.MongoWriteConcernError) return 'doubtful'
  if (error instanceof mongo.MongoServerError)
    return error.hasErrorLabel('RetryableWriteError') ? 'doubtful' : ofCode(error.code)
  if (error instanceof mongo.MongoNetworkError) {
    // While it was shaking hands, or when it was to be taken from the pool, no command had left.
    return error.hasErrorLabel('HandshakeError') || error.name === 'MongoPoolClearedError' ? 'not-done' : 'doubtful'
  }
  return error instanceof mongo.MongoServerSelectionError || error instanceof mongo.MongoAPIError
    ? 'not-done'
    : 'doubtful'
}

function ofCode(code: unknown): Failure {
  if (code === DUPLICATE) return 'duplicate'
  if (code === FULL) return 'full'
  if (elsewhere.has(Number(code))) return 'not-done'
  return interrupted.has(Number(code)) ? 'doubtful' : 'refused'
}

/** A batch fails by its items, by its write concern, or by an error of another kind that it wraps without saying which. */
function ofBatch(error: InstanceType<typeof mongo.MongoBulkWriteError>): Failure {
  if (error.result.getWriteConcernError() !== undefined) return 'doubtful'
  const items = [error.writeErrors].flat().map(({ code }) => ofCode(code))
  if (items.length === 0) return error.code === undefined ? 'doubtful' : ofCode(error.code)
  return items.find((failure) => failure !== 'duplicate') ?? 'duplicate'
}

/** The port's name for an error; words of the server stay out of it, for they may hold what was stored. */
export function portError(error: unknown): unknown {
  const failure = failureOf(error)
  if (failure === undefined || error instanceof RapportError) return error
  return failure === 'full' ? new StorageFull() : new Unavailable(`MongoDB does not answer: ${nameOf(error)}.`)
}

/** What was asked, or the port's error. */
export async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    throw portError(error)
  }
}

/** The kind of an error, never its message. */
export const nameOf = (error: unknown): string =>
  error instanceof mongo.MongoServerError ? `${error.codeName ?? error.name} ${error.code}` : (error as Error).name

/** Parses a stored text; what does not parse was changed behind our back. */
export function parseStored<T>(text: string, where: Readonly<Record<string, unknown>>): T {
  try {
    return JSON.parse(text) as T
  } catch {
    throw new Corrupt('A stored text is no JSON.', where)
  }
}

/** BSON ends at 16 MiB; the rest of a row is small. */
const LARGEST = 15 * 1024 * 1024

/** The JSON text of a value; one that no document of MongoDB can hold is {@link InvalidQuery}. */
export function storable(value: unknown): string {
  const text = JSON.stringify(value)
  if (Buffer.byteLength(text) > LARGEST) throw new InvalidQuery('larger than a document of MongoDB can be (15 MiB)')
  return text
}
