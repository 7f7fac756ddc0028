import { status } from '@grpc/grpc-js'
import type { ServerWritableStream } from '@grpc/grpc-js'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import { eventAnswer, streamNotFound } from './answers.ts'
import type { State } from './append.ts'
import { matching } from './filter.ts'
import type { Entry } from './log.ts'
import { subscribe } from './subscription.ts'

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>
const BACKWARDS = 1

/** Read: a stream forwards, the whole log backwards from its end, or a filtered subscription to it; nothing else is asked for. */
export async function read(state: State, call: ReadCall): Promise<void> {
  const ended = new AbortController()
  call.on('cancelled', () => ended.abort())
  call.on('error', () => ended.abort())
  const fail = (code: status, details: string): void => void call.emit('error', { code, details })
  if (!state.ready) return fail(status.UNAVAILABLE, 'Server Is Not Ready')
  const options = call.request.getOptions()!
  const answers = answersOf(state, options, ended.signal)
  if (answers === undefined) return fail(status.UNIMPLEMENTED, 'The double does not read like this.')
  try {
    for await (const answer of answers) {
      if (ended.signal.aborted) return
      // A reader that does not keep up is waited for.
      if (!call.write(answer)) await drained(call, ended.signal)
      if (ended.signal.aborted) return
    }
  } catch (error) {
    const { code, details } = error as { code: status; details: string }
    return fail(code, details)
  }
  call.end()
}

function answersOf(
  { log }: State,
  options: ReadReq.Options,
  ended: AbortSignal,
): Iterable<ReadResp> | AsyncIterable<ReadResp> | undefined {
  const backwards = options.getReadDirection() === BACKWARDS
  const of = options.getStream()
  if (of) {
    if (backwards || options.hasSubscription() || of.hasEnd()) return undefined
    const stream = Buffer.from(of.getStreamIdentifier()!.getStreamName_asU8()).toString('utf8')
    const from = of.hasRevision() ? Number(of.getRevision()) : 0
    return streamAnswers(stream, log.stream(stream), from, Number(options.getCount()))
  }
  if (options.hasSubscription()) return subscribe(log, options, ended)
  return backwards && options.getAll()!.hasEnd()
    ? backwardsAnswers([...log.all], matching(options), Number(options.getCount()))
    : undefined
}

function* streamAnswers(name: string, stream: readonly Entry[], from: number, count: number): Iterable<ReadResp> {
  if (stream.length === 0) return void (yield streamNotFound(name))
  for (const entry of stream.slice(from, from + count)) yield eventAnswer(entry)
}

function* backwardsAnswers(all: Entry[], own: (entry: Entry) => boolean, count: number): Iterable<ReadResp> {
  let left = count
  for (let entry = all.pop(); entry !== undefined && left > 0; entry = all.pop()) {
    if (!own(entry)) continue
    yield eventAnswer(entry)
    left -= 1
  }
}

function drained(call: ReadCall, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done)
      ended.removeEventListener('abort', done)
      resolve()
    }
    call.once('drain', done)
    ended.addEventListener('abort', done)
  })
}
