import { RapportError, START, type Position, type StoredEvent } from '@rapport/events'
import type { Ports, StoreIdentity } from '../house.ts'
import { writeKeys } from './keys-file.ts'
import { FORMAT, LineWriter } from './lines.ts'
import { lineOfEntry, lineOfLetter, Places, readOps } from './ops.ts'

export interface ExportOptions {
  readonly store: StoreIdentity
  /** Takes the text of the export; resolves when there is room for more. */
  readonly write: (text: string) => Promise<void>
  /** Takes the text of the keys; all of it comes before the first of the export. */
  readonly writeKeys: (text: string) => Promise<void>
  /** Called when the keys are complete, and awaited before the export begins. */
  readonly onKeys: () => Promise<void>
  readonly onEvents?: (events: number) => void
  readonly signal: AbortSignal
}

/**
 * Writes a store as JSON lines, also while others write to it: every event up to one head in the total order, what of Ops cannot be
 * rebuilt, and, apart, the keys. They are read when the head is known, and a key is durable before the first event that needs it, so that
 * none is missing; they are complete before the export begins, so that whoever reads it can take them first.
 */
export async function exportStore(
  { events, ops, keys }: Pick<Ports, 'events' | 'ops' | 'keys'>,
  options: ExportOptions,
): Promise<{ readonly events: number; readonly keys: number }> {
  const { store, signal } = options
  const kept = await readOps(ops)
  const head = await events.head([])
  const written = await writeKeys(keys, store, options.writeKeys)
  await options.onKeys()
  const out = new LineWriter(options.write)
  const { id, restores } = store
  await out.header({ rapport: 'export', format: FORMAT, store: id, restores, keys: written.sha256 })
  const places = new Places(kept.offsets)
  let count = 0
  for await (const stored of eventsTo(events, head, signal)) {
    const { stream, revision, id: eventId, type, recordedAt, metadata, data } = stored
    await out.line({ event: { stream, revision, id: eventId, type, recordedAt, metadata, data } })
    places.passed(stored)
    count++
    options.onEvents?.(count)
  }
  const lines = [...places.lines(), ...kept.letters.map(lineOfLetter), ...kept.rest.map(lineOfEntry)]
  for (const line of lines) await out.line(line)
  await out.end({ events: count, ops: lines.length })
  return { events: count, keys: written.count }
}

/** Every event up to a head, in the total order. */
export async function* eventsTo(
  events: Ports['events'],
  head: Position,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent, void, undefined> {
  if (head === START) return
  const done = new AbortController()
  const stop = AbortSignal.any([done.signal, signal])
  try {
    for await (const page of events.follow({ from: START, prefixes: [], signal: stop })) {
      for (const stored of page.events) if (stored.position <= head) yield stored
      signal.throwIfAborted()
      if (page.position >= head) return
    }
    signal.throwIfAborted()
    throw new RapportError('unavailable', 'The events ended before their head.')
  } finally {
    done.abort()
  }
}
