import { START, streamPattern } from '@rapport/events'
import type { Expected, NewEvent, Position, StoredEvent } from '@rapport/events'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { BatchAppendReq, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import { readMetadata, storedMetadata } from './moved.ts'
import { placeOf, positionOf } from './position.ts'

const { UUID, Empty, StreamIdentifier } = shared
const { Options } = streams.ReadReq
const FORWARDS = 0
const BACKWARDS = 1
/** Bytes of events in one message of a batch; the server takes 16 MiB. */
const CHUNK = 1024 * 1024

/** The messages of one append: all of them carry the id, the first says where to, the last that it is complete. */
export function* batchMessages(
  correlation: string,
  stream: string,
  events: readonly NewEvent[],
  expected: Expected,
): Generator<BatchAppendReq> {
  const message = (): BatchAppendReq => new streams.BatchAppendReq().setCorrelationId(new UUID().setString(correlation))
  const options = new streams.BatchAppendReq.Options().setStreamIdentifier(identifier(stream))
  // The descriptors want google.protobuf.Empty here; the two are the same bytes.
  if (expected === 'none') options.setNoStream(new Empty() as never)
  else options.setStreamPosition(String(expected))
  let next = message().setOptions(options)
  let bytes = 0
  for (const event of events) {
    const { id, type, data } = event
    const metadata = storedMetadata(event)
    const proposed = new streams.BatchAppendReq.ProposedMessage().setId(new UUID().setString(id))
    proposed.getMetadataMap().set('type', type).set('content-type', 'application/json')
    // Bytes, not values: what is stored is the text itself, however a JSON library would have written it.
    proposed.setCustomMetadata(Buffer.from(metadata)).setData(Buffer.from(data))
    const size = metadata.length + data.length
    if (bytes > 0 && bytes + size > CHUNK) {
      yield next
      next = message()
      bytes = 0
    }
    next.addProposedMessages(proposed)
    bytes += size
  }
  yield next.setIsFinal(true)
}

/** A stream from a revision on, at most `limit` events. */
export function streamRequest(stream: string, from: number, limit: number): ReadReq {
  const of = new Options.StreamOptions().setStreamIdentifier(identifier(stream)).setRevision(String(from))
  return request((options) => options.setStream(of).setCount(String(limit)).setNoFilter(new Empty()))
}

/** The whole log backwards from its end: every event, or those under the prefixes. */
export function backwardsRequest(prefixes: readonly string[] | 'everything', limit: number): ReadReq {
  const all = new Options.AllOptions().setEnd(new Empty())
  return request((options) => {
    options.setAll(all).setCount(String(limit)).setReadDirection(BACKWARDS)
    if (prefixes === 'everything') options.setNoFilter(new Empty())
    // A window is for subscriptions; without one the server takes the filter for incomplete.
    else options.setFilter(filter(prefixes).setCount(new Empty()))
  })
}

/** The log after a position and what comes later, under the prefixes; a checkpoint after every `window` events examined. */
export function subscribeRequest(from: Position, prefixes: readonly string[], window: number): ReadReq {
  const all = new Options.AllOptions()
  const place = placeOf(from)
  if (place === undefined) all.setStart(new Empty())
  else all.setPosition(new Options.Position().setCommitPosition(place.commit).setPreparePosition(place.prepare))
  const own = filter(prefixes).setMax(window).setCheckpointintervalmultiplier(1)
  return request((options) =>
    options.setAll(all).setSubscription(new Options.SubscriptionOptions()).setFilter(own).setReadDirection(FORWARDS),
  )
}

function request(fill: (options: ReadReq.Options) => void): ReadReq {
  const options = new Options().setUuidOption(new Options.UUIDOption().setString(new Empty()))
  fill(options)
  return new streams.ReadReq().setOptions(options)
}

/** Without prefixes all but the server's own streams, whose names begin with $. */
function filter(prefixes: readonly string[]): ReadReq.Options.FilterOptions {
  const expression = new Options.FilterOptions.Expression()
  if (prefixes.length === 0) expression.setRegex('^[^$]')
  else expression.setPrefixList([...prefixes])
  return new Options.FilterOptions().setStreamIdentifier(expression)
}

const identifier = (stream: string): InstanceType<typeof StreamIdentifier> =>
  new StreamIdentifier().setStreamName(Buffer.from(stream))

/** The event in an answer; undefined for one in a stream that no append of this port can have made. */
export function storedEvent(answer: ReadResp): StoredEvent | undefined {
  const record = answer.getEvent()?.getEvent()
  if (record === undefined) return undefined // a link to an event that is gone
  const stream = text(record.getStreamIdentifier()!.getStreamName_asU8())
  if (!streamPattern.test(stream)) return undefined
  const meta = record.getMetadataMap()
  return {
    id: record.getId()!.getString(),
    type: meta.get('type') ?? '',
    data: text(record.getData_asU8()),
    stream,
    revision: Number(record.getStreamRevision()),
    position: positionOf({ commit: record.getCommitPosition(), prepare: record.getPreparePosition() }),
    recordedAt: instantOf(meta.get('created') ?? '0'),
    // Of an event that moved here, the first store's instant goes before the server's.
    ...readMetadata(text(record.getCustomMetadata_asU8())),
  }
}

/** How far an answer of a read or a subscription has come: at an event, or at a checkpoint behind ignored ones. */
export function reached(answer: ReadResp): Position {
  const record = answer.getEvent()?.getEvent()
  if (record) return positionOf({ commit: record.getCommitPosition(), prepare: record.getPreparePosition() })
  const checkpoint = answer.getCheckpoint()
  if (!checkpoint) return START
  return positionOf({ commit: checkpoint.getCommitPosition(), prepare: checkpoint.getPreparePosition() })
}

/** The server counts ticks of 100 ns since 1970; the rest of a millisecond is dropped. */
const instantOf = (ticks: string): string => new Date(Number(BigInt(ticks) / 10_000n)).toISOString()

const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')

export const isUnder = (stream: string, prefixes: readonly string[]): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => stream.startsWith(prefix))
