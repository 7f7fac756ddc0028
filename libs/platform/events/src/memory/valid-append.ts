import { InvalidAppend } from '../errors.ts'
import { limits, streamPattern, typePattern, uuidPattern } from '../ports.ts'
import type { Expected, NewEvent } from '../ports.ts'
import { parseInstant } from '../time.ts'

/** Throws {@link InvalidAppend} for a batch that no store may take, whatever stands in it (contracts §4 (c)). */
export function validAppend(stream: string, events: readonly NewEvent[], expected: Expected): void {
  if (!streamPattern.test(stream)) throw new InvalidAppend('malformed stream name', { stream })
  if (expected !== 'none' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new InvalidAppend('expected is neither none nor a revision', { expected })
  }
  if (events.length === 0) throw new InvalidAppend('empty batch')
  if (events.length > limits.batch) throw new InvalidAppend('too many events in one batch', { limit: limits.batch })
  const ids = events.length > 1 ? new Set<string>() : undefined
  for (const { id, type, metadata, data, recordedAt } of events) {
    if (!uuidPattern.test(id)) throw new InvalidAppend('malformed event id', { id })
    if (ids?.has(id) === true) throw new InvalidAppend('the same event id twice', { id })
    ids?.add(id)
    if (!typePattern.test(type)) throw new InvalidAppend('malformed event type', { type })
    // A character takes three bytes of UTF-8 at most: only what may be too large is measured.
    if ((metadata.length + data.length) * 3 > limits.eventBytes) {
      const bytes = Buffer.byteLength(metadata) + Buffer.byteLength(data)
      if (bytes > limits.eventBytes) throw new InvalidAppend('event too large', { id, bytes, limit: limits.eventBytes })
    }
    if (!isJson(metadata) || !isJson(data)) throw new InvalidAppend('not a JSON text', { id })
    if (recordedAt !== undefined) validMoved(id, metadata, recordedAt)
  }
}

/** Of an event that another store has recorded; where an adapter keeps the instant beside the members of the metadata, there must be such. */
function validMoved(id: string, metadata: string, recordedAt: string): void {
  if (parseInstant(recordedAt) !== recordedAt) throw new InvalidAppend('malformed recordedAt', { id, recordedAt })
  if (!metadata.startsWith('{')) throw new InvalidAppend('the metadata of a moved event is no object', { id })
}

/** A lone surrogate has no UTF-8 form, so no adapter could give such a text back byte for byte. */
function isJson(text: string): boolean {
  if (!text.isWellFormed()) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
