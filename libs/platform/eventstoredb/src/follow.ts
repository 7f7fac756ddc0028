import type { Follow, Page, Position, StoredEvent } from '@rapport/events'
import { DRAINED } from './connection.ts'
import type { Connection } from './connection.ts'
import { failureOf } from './failure.ts'
import { endOf } from './head.ts'
import { pause } from './pause.ts'
import { isUnder, reached, storedEvent, subscribeRequest } from './protocol.ts'

/** Events in a page at most, and bytes after which it ends. */
const PAGE = 500
const PAGE_BYTES = 4 * 1024 * 1024
/** How many events the server examines between two checkpoints: many while there is much to read; live each one, so that the position follows. */
const CATCHING_UP = 500
const LIVE = 1
/** Live pages in a row that are not the end after which there is much to read again. */
const BEHIND = 16
/** Milliseconds without an event after which a live subscription that does not know where it stands is made anew. */
const RESTS = 100
/** Milliseconds before the second new subscription after a failure; then twice as long each time, up to the second number. */
const BACKOFF = [100, 2000] as const

/** See the port. A subscription that breaks says so once and never comes back: this makes a new one from the last position given. */
export async function* follow(
  connection: Connection,
  { from, prefixes, signal }: Follow,
): AsyncGenerator<Page, void, undefined> {
  let position = from
  let window = CATCHING_UP
  let failures = 0
  while (!signal.aborted) {
    try {
      for await (const page of subscription(connection, position, prefixes, window, signal)) {
        position = page.position
        failures = 0
        yield page
        if (signal.aborted) return
      }
      window = window === LIVE ? CATCHING_UP : LIVE
    } catch (error) {
      if (signal.aborted) return
      const { lasting } = failureOf(error)
      if (lasting) throw lasting
      if (failures > 0) await pause(Math.min(BACKOFF[0] * 2 ** failures, BACKOFF[1]), signal)
      failures += 1
      window = CATCHING_UP
    }
  }
}

/**
 * One subscription: while it catches up in full pages, until it has; live in whatever has come, until it is far behind, or has come to rest without saying where.
 *
 * A checkpoint names where the server's last look began, not what it saw there: at the end of catching up, the last ignored events are missing from it.
 * But whatever stood before the server was asked it has examined when it says that it has caught up. Only what came in between stays open: then the next
 * event tells, or, where none comes, a new subscription.
 */
async function* subscription(
  connection: Connection,
  from: Position,
  prefixes: readonly string[],
  window: number,
  signal: AbortSignal,
): AsyncGenerator<Page, void, undefined> {
  let end: Position | Promise<Position> = await endOf(connection)
  const page = new Filling(from)
  const rest = new AbortController()
  let unsure: NodeJS.Timeout | undefined
  let live = false
  let behind = 0
  const request = subscribeRequest(from, prefixes, window)
  const stop = AbortSignal.any([signal, rest.signal])
  try {
    for await (const answer of connection.read(request, stop, async () => live && page.begun && (await end))) {
      if (answer === DRAINED) {
        if (!live || !page.begun) continue
        const caughtUp = page.position >= (await end)
        yield page.take(caughtUp)
        behind = caughtUp ? 0 : behind + 1
        if (behind === BEHIND) return
      } else if (answer.hasCaughtUp()) {
        // Again: the server had dropped live events, and caught up.
        const open: boolean = live || page.position > (await end)
        if (open && window === LIVE) unsure ??= setTimeout(() => rest.abort(), RESTS)
        if (live) continue
        live = true
        page.moveTo(await end)
        yield page.take(true)
        if (window === CATCHING_UP) return
      } else if (answer.hasEvent() || answer.hasCheckpoint()) {
        if (live && !page.begun) {
          clearTimeout(unsure)
          unsure = undefined
          end = endOf(connection)
          end.catch(() => {}) // whoever awaits it is told
        }
        page.add(answer.hasEvent() ? storedEvent(answer) : undefined, reached(answer), prefixes)
        if (page.full) yield page.take(false)
      }
    }
  } finally {
    clearTimeout(unsure)
  }
}

/** The page that is being filled. */
class Filling {
  position: Position
  begun = false
  #events: StoredEvent[] = []
  #bytes = 0

  constructor(from: Position) {
    this.position = from
  }

  get full(): boolean {
    return this.#events.length >= PAGE || this.#bytes >= PAGE_BYTES
  }

  add(event: StoredEvent | undefined, at: Position, prefixes: readonly string[]): void {
    this.begun = true
    if (event !== undefined && at > this.position && isUnder(event.stream, prefixes)) {
      this.#events.push(event)
      this.#bytes += event.metadata.length + event.data.length
    }
    this.moveTo(at)
  }

  moveTo(at: Position): void {
    if (at > this.position) this.position = at
  }

  take(caughtUp: boolean): Page {
    const page = { events: this.#events, position: this.position, caughtUp }
    this.#events = []
    this.#bytes = 0
    this.begun = false
    return page
  }
}
