import { InvalidAppend, limits, streamPattern, typePattern, uuidPattern } from '@rapport/events'
import type { Expected, NewEvent } from '@rapport/events'

/** Refuses a batch that could never be stored; `known` spares the pattern for a stream that stands already. */
export function validate(stream: string, events: readonly NewEvent[], expected: Expected, known: boolean): void {
  if (!known && !streamPattern.test(stream)) throw new InvalidAppend('The name of the stream is malformed.', { stream })
  if (expected !== 'none' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new InvalidAppend('The expected revision is neither none nor a safe integer from 0.', { expected })
  }
  if (events.length === 0) throw new InvalidAppend('The batch is empty.')
  if (events.length > limits.batch) throw new InvalidAppend(`More than ${limits.batch} events in one batch.`)
  for (const event of events) validateEvent(event)
  if (events.length > 1 && new Set(events.map(event => event.id)).size < events.length) {
    throw new InvalidAppend('The same event id stands twice in the batch.')
  }
}

function validateEvent({ id, type, metadata, data }: NewEvent): void {
  if (!uuidPattern.test(id)) throw new InvalidAppend('The id of an event is malformed.', { id })
  if (!typePattern.test(type)) throw new InvalidAppend('The type of an event is malformed.', { type })
  // A lone surrogate has no UTF-8: it would come back as another character.
  if (!metadata.isWellFormed() || !data.isWellFormed()) throw new InvalidAppend('A text holds a lone surrogate.', { id })
  // Three bytes a character at most: only texts near the limit are measured.
  if ((metadata.length + data.length) * 3 <= limits.eventBytes) return
  const bytes = Buffer.byteLength(metadata) + Buffer.byteLength(data)
  if (bytes > limits.eventBytes) throw new InvalidAppend(`An event has more than ${limits.eventBytes} bytes.`, { id, bytes })
}
