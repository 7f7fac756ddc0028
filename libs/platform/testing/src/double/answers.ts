import shared from '@eventstore/db-client/generated/shared_pb.js'
import statuses from '@eventstore/db-client/generated/status_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { BatchAppendReq, BatchAppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import type { Entry } from './log.ts'

const { UUID, StreamIdentifier, AllStreamPosition, Empty } = shared
const { ReadEvent, Checkpoint, StreamNotFound, SubscriptionConfirmation, CaughtUp } = streams.ReadResp

/** A place in the log as messages write it. A checkpoint may have prepare 0. */
export interface Place {
  readonly commit: bigint
  readonly prepare: bigint
}
export const placeOf = ({ at }: Entry): Place => ({ commit: at, prepare: at })
export const isBehind = (a: Place, b: Place): boolean =>
  a.commit > b.commit || (a.commit === b.commit && a.prepare > b.prepare)

const named = (stream: string) => new StreamIdentifier().setStreamName(Buffer.from(stream))
const answer = (): ReadResp => new streams.ReadResp()

export function eventAnswer(entry: Entry): ReadResp {
  const record = new ReadEvent.RecordedEvent()
    .setId(new UUID().setString(entry.id))
    .setStreamIdentifier(named(entry.stream))
    .setStreamRevision(String(entry.revision))
    .setCommitPosition(String(entry.at))
    .setPreparePosition(String(entry.at))
    .setCustomMetadata(entry.metadata)
    .setData(entry.data)
  record
    .getMetadataMap()
    .set('type', entry.type)
    .set('content-type', entry.json ? 'application/json' : 'application/octet-stream')
    .set('created', String(entry.created))
  return answer().setEvent(new ReadEvent().setEvent(record).setCommitPosition(String(entry.at)))
}

export const confirmation = (id: string): ReadResp =>
  answer().setConfirmation(new SubscriptionConfirmation().setSubscriptionId(id))
export const checkpointAnswer = ({ commit, prepare }: Place): ReadResp =>
  answer().setCheckpoint(new Checkpoint().setCommitPosition(String(commit)).setPreparePosition(String(prepare)))
export const caughtUp = (): ReadResp => answer().setCaughtUp(new CaughtUp())
export const streamNotFound = (stream: string): ReadResp =>
  answer().setStreamNotFound(new StreamNotFound().setStreamIdentifier(named(stream)))

// ── Answers to an append ──────────────────────────────────────────────────────────────────────────────────────────

type Errors = 'Timeout' | 'BadRequest' | 'MaximumAppendEventSizeExceeded' | 'Server Is Not Ready'

export const stored = (revision: number, at: bigint): BatchAppendResp =>
  new streams.BatchAppendResp().setSuccess(
    new streams.BatchAppendResp.Success()
      .setCurrentRevision(String(revision))
      .setPosition(new AllStreamPosition().setCommitPosition(String(at)).setPreparePosition(String(at))),
  )

export function wrongVersion(actual: number, options: BatchAppendReq.Options): BatchAppendResp {
  const details = new shared.WrongExpectedVersion()
  if (actual < 0) details.setCurrentNoStream(new Empty() as never)
  else details.setCurrentStreamRevision(String(actual))
  if (options.hasNoStream()) details.setExpectedNoStream(new Empty() as never)
  else if (options.hasAny()) details.setExpectedAny(new Empty() as never)
  else if (options.hasStreamExists()) details.setExpectedStreamExists(new Empty() as never)
  else details.setExpectedStreamPosition(options.getStreamPosition())
  return failed('WrongExpectedVersion', details.serializeBinary(), 'event_store.client.WrongExpectedVersion')
}

export function tooLarge(limit: number): BatchAppendResp {
  const details = new shared.MaximumAppendSizeExceeded().setMaxappendsize(limit)
  return failed('MaximumAppendSizeExceeded', details.serializeBinary(), 'event_store.client.MaximumAppendSizeExceeded')
}

export const refused = (error: Errors): BatchAppendResp =>
  failed(error, new Uint8Array(), error.startsWith('Server') ? 'google.protobuf.Empty' : `event_store.client.${error}`)

function failed(message: string, details: Uint8Array, type: string): BatchAppendResp {
  // google-protobuf is not ours to import: a status with empty details gives the class that holds them.
  const status = statuses.Status.deserializeBinary(Uint8Array.of(0x1a, 0))
  status.getDetails()!.pack(details, type)
  return new streams.BatchAppendResp().setError(status.setMessage(message))
}
