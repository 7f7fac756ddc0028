import { channel } from 'node:diagnostics_channel'
import type { ServerDuplexStream } from '@grpc/grpc-js'
import { status } from '@grpc/grpc-js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { refused, stored, tooLarge, wrongVersion } from './answers.ts'
import type { Expectation, Log, Proposed } from './log.ts'

export interface Limits {
  /** Bytes of one event's type, data and metadata. */
  readonly event: number
  /** The same of all events of an append. */
  readonly append: number
  /** Milliseconds that the server waits for the rest of an append. */
  readonly wait: number
}
export interface State {
  readonly log: Log
  readonly limits: Limits
  ready: boolean
}
type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>
interface Pending {
  readonly options: BatchAppendReq.Options
  readonly events: Proposed[]
  readonly late: NodeJS.Timeout
  bytes: number
}

const written = channel('rapport.crash.double-stored')

/**
 * BatchAppend: appends in pieces, mixed, each answered with its correlation id. What is bad is answered at once and, as a server still waits
 * for the rest of it, once more when its time is up.
 */
export function batchAppend(state: State, call: Call): void {
  const pending = new Map<string, Pending>()
  call.on('data', (request: BatchAppendReq) => {
    const id = request.getCorrelationId()!.getString()
    const options = request.getOptions()
    if (options && isLate(options)) return answer(id, options, refused('Timeout'))
    if (options) {
      const timeout = (): void => {
        if (pending.delete(id)) answer(id, options, refused('Timeout'), structured(id))
      }
      pending.set(id, { options, events: [], bytes: 0, late: setTimeout(timeout, state.limits.wait) })
    }
    const append = pending.get(id)
    if (!append) return
    const give = (response: BatchAppendResp): void => {
      clearTimeout(append.late)
      pending.delete(id)
      answer(id, append.options, response)
    }
    for (const message of request.getProposedMessagesList()) {
      const event = proposedOf(message)
      if (event === undefined) return answer(id, append.options, refused('BadRequest'))
      const size = event.type.length + event.data.length + event.metadata.length
      if (size > state.limits.event) return give(refused('MaximumAppendEventSizeExceeded'))
      append.bytes += size
      append.events.push(event)
    }
    if (append.bytes > state.limits.append) return give(tooLarge(state.limits.append))
    if (!request.getIsFinal()) return
    const stream = streamOf(append.options)
    if (append.events.length === 0) {
      const error = { code: status.UNIMPLEMENTED, details: 'The double takes no empty append.' }
      return void call.emit('error', error)
    }
    if (stream === '') return answer(id, append.options, refused('BadRequest'))
    if (!state.ready) return give(refused('Server Is Not Ready'))
    const appending = state.log.append(stream, append.events, expectationOf(append.options))
    if (appending.became === 'dropped') return // until its time is up
    if (appending.became === 'wrong') return give(wrongVersion(appending.actual, append.options))
    if (appending.became === 'written') written.publish({})
    const { last, readable } = appending
    void readable.then(() => give(stored(last.revision, last.at)))
  })
  call.on('end', () => call.end())
  call.on('error', () => {})

  function answer(id: string, options: BatchAppendReq.Options, response: BatchAppendResp, as = plain(id)): void {
    call.write(response.setStreamIdentifier(options.getStreamIdentifier()).setCorrelationId(as))
  }
}

const plain = (id: string) => new shared.UUID().setString(id)
/** A time-out comes with the id as two numbers of 64 bits, signed. */
function structured(id: string) {
  const hex = id.replaceAll('-', '')
  const [most, least] = [hex.slice(0, 16), hex.slice(16)].map((half) => BigInt.asIntN(64, BigInt(`0x${half}`)))
  const halves = new shared.UUID.Structured()
  return new shared.UUID().setStructured(
    halves.setMostSignificantBits(String(most)).setLeastSignificantBits(String(least)),
  )
}

const isLate = (options: BatchAppendReq.Options): boolean =>
  options.hasDeadline() && options.getDeadline()!.toDate().getTime() <= Date.now()

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Undefined where the server would find it malformed. */
function proposedOf(message: BatchAppendReq.ProposedMessage): Proposed | undefined {
  const meta = message.getMetadataMap()
  const [id, type] = [message.getId()?.getString() ?? '', meta.get('type') ?? '']
  if (!uuid.test(id) || type === '') return undefined
  const json = meta.get('content-type') === 'application/json'
  return { id, type, json, metadata: message.getCustomMetadata_asU8(), data: message.getData_asU8() }
}

const streamOf = (options: BatchAppendReq.Options): string =>
  Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')

function expectationOf(options: BatchAppendReq.Options): Expectation {
  if (options.hasAny()) return 'any'
  if (options.hasStreamExists()) return 'exists'
  return options.hasNoStream() ? -1 : Number(options.getStreamPosition())
}
