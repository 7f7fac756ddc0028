import type { EventStore, Position, StoredEvent } from './ports.ts'

/** The last event of ours that a checkpoint has passed: by it a store is known again (contracts.md §4). */
export interface LastEvent {
  readonly stream: string
  readonly revision: number
  readonly position: Position
  readonly id: string
}

/** What a checkpoint keeps after these events; where there are none, what it kept `before`. */
export function lastEvent(events: readonly StoredEvent[], before?: LastEvent): LastEvent | undefined {
  const last = events.at(-1)
  if (last === undefined) return before
  return { stream: last.stream, revision: last.revision, position: last.position, id: last.id }
}

/** Whether the store still holds it, at its place: otherwise it was restored or replaced. */
export async function stillHolds(store: Pick<EventStore, 'read'>, last: LastEvent | undefined): Promise<boolean> {
  if (last === undefined) return true
  const [found] = await store.read(last.stream, { from: last.revision, limit: 1 })
  return found?.id === last.id && found.position === last.position
}

/**
 * Where to go on from a position that was reached. Beyond the head nothing of ours stood: where a restored store has less behind it, new
 * events may come before that point.
 */
export async function resumeFrom(store: Pick<EventStore, 'head'>, reached: Position): Promise<Position> {
  const head = await store.head([])
  return reached <= head ? reached : head
}
