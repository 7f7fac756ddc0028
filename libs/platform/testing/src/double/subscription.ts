import { randomUUID } from 'node:crypto'
import { status } from '@grpc/grpc-js'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import { caughtUp, checkpointAnswer, confirmation, eventAnswer, isBehind, placeOf } from './answers.ts'
import type { Place } from './answers.ts'
import { matching } from './filter.ts'
import type { Entry, Log } from './log.ts'

/** Matching events in a page of the catching up. */
const PAGE = 32
/** So many events behind, a live subscription goes back to catching up. */
const LIVE_BUFFER = 32

/** A filtered subscription to the log: it catches up page by page, says so, is live, and catches up again where it cannot follow. */
export async function* subscribe(log: Log, options: ReadReq.Options, ended: AbortSignal): AsyncIterable<ReadResp> {
  const own = matching(options)
  const filter = options.getFilter()
  const window = filter?.hasMax() ? filter.getMax() : PAGE
  const interval = window * (filter?.getCheckpointintervalmultiplier() ?? 1)
  let sent: Place | undefined = startOf(log, options)
  let told: Place | undefined
  yield confirmation(randomUUID())
  if (sent && !stands(log, sent)) {
    throw { code: status.INVALID_ARGUMENT, details: 'Trying to read from an invalid position.' }
  }

  /** A checkpoint that says nothing new is not said. */
  const checkpoint = function* (place: Place): Iterable<ReadResp> {
    if (told && !isBehind(place, told)) return
    told = place
    yield checkpointAnswer(place)
  }

  for (;;) {
    let next = firstBehind(log, sent)
    let examined = 0
    for (let over = false; !over;) {
      // From the very beginning the first page starts at 0; a later one where the page before ended, with prepare 0.
      const start: Place = { commit: sent === undefined ? 0n : (log.all[next]?.at ?? log.end), prepare: 0n }
      const page = pageOf(log, next, window, own)
      for (const entry of page.events) {
        yield eventAnswer(entry)
        if (ended.aborted) return
        sent = placeOf(entry)
      }
      // Without an own event the checkpoint is where the page began: what it examined behind that is not in it.
      if (page.examined > 0 && (sent === undefined || isBehind(start, sent))) sent = start
      next += page.examined
      examined += page.examined
      over = page.atEnd
      if (sent && (over || examined >= interval)) yield* checkpoint(sent)
      if (examined >= interval) examined %= interval
    }
    yield caughtUp()
    let live = 0
    while (log.all.length - next <= LIVE_BUFFER) {
      if (ended.aborted) return
      const entry = log.all[next]
      if (entry === undefined) {
        await log.more(ended)
        continue
      }
      next += 1
      if (sent && !isBehind(placeOf(entry), sent)) continue
      live += 1
      if (own(entry)) {
        sent = placeOf(entry)
        yield eventAnswer(entry)
      }
      if (live < interval) continue
      live = 0
      sent = placeOf(entry)
      yield* checkpoint(sent)
    }
  }
}

interface LogPage {
  readonly events: readonly Entry[]
  readonly examined: number
  readonly atEnd: boolean
}

function pageOf(log: Log, from: number, window: number, own: (entry: Entry) => boolean): LogPage {
  const events: Entry[] = []
  let examined = 0
  while (examined < window && events.length < PAGE) {
    const entry = log.all[from + examined]
    if (entry === undefined) return { events, examined, atEnd: true }
    examined += 1
    if (own(entry)) events.push(entry)
  }
  return { events, examined, atEnd: false }
}

function startOf(log: Log, options: ReadReq.Options): Place | undefined {
  const all = options.getAll()!
  const position = all.getPosition()
  if (position) return { commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) }
  const last = log.all.at(-1)
  return all.hasEnd() && last ? placeOf(last) : undefined
}

/** Behind the end is nothing yet, but within the log every place is that of an entry. */
const stands = (log: Log, { commit }: Place): boolean =>
  commit === 0n || commit >= log.end || log.all[firstBehind(log, { commit, prepare: -1n })]?.at === commit

/** Index of the first entry behind a place. */
function firstBehind(log: Log, place: Place | undefined): number {
  if (place === undefined) return 0
  let [low, high] = [0, log.all.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBehind(placeOf(log.all[middle]!), place)) high = middle
    else low = middle + 1
  }
  return low
}
