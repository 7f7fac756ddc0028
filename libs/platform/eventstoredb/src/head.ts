import { START } from '@rapport/events'
import type { Position } from '@rapport/events'
import { DRAINED } from './connection.ts'
import type { Connection } from './connection.ts'
import { backwardsRequest, isUnder, reached, storedEvent } from './protocol.ts'

/** The position of the last event of all, of whosoever. */
export async function endOf(connection: Connection): Promise<Position> {
  for await (const answer of connection.read(backwardsRequest('everything', 1))) {
    if (answer !== DRAINED && answer.hasEvent()) return reached(answer)
  }
  return START
}

/**
 * The position of the last event under the prefixes. A subscription cannot tell: it gives no checkpoint while nothing happens. So the log is read
 * backwards until the first event of ours; the server filters, and where it does not, this does.
 */
export async function headOf(connection: Connection, prefixes: readonly string[]): Promise<Position> {
  for await (const answer of connection.read(backwardsRequest(prefixes, Number.MAX_SAFE_INTEGER))) {
    if (answer === DRAINED) continue
    const event = storedEvent(answer)
    if (event && isUnder(event.stream, prefixes)) return event.position
  }
  return START
}
