import { randomUUID } from 'node:crypto'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import type { Expected, NewEvent, Position } from '@rapport/events'
import type { BatchCall, Connection } from './connection.ts'
import { failureOf, refusalOf } from './failure.ts'
import type { Failure } from './failure.ts'
import { positionOf } from './position.ts'
import { batchMessages } from './protocol.ts'

/** What became of one append, sent once. `position` is undefined where the server names none. */
export type Outcome =
  | { readonly became: 'stored'; readonly revision: number; readonly position: Position | undefined }
  | { readonly became: 'conflict'; readonly actual: number | 'none' }
  | ({ readonly became: 'unanswered' } & Failure)

type Answer = (outcome: Outcome) => void

/** Sends appends over one call that all of them share, as the server is fastest at: it answers each when it is stored, in any order. */
export class Batches {
  readonly #connection: Connection
  readonly #timeout: number
  #line: Promise<Line> | undefined

  constructor(connection: Connection, timeout: number) {
    this.#connection = connection
    this.#timeout = timeout
  }

  /** Never rejects. Nothing keeps a deadline for such a call, so this does. */
  async send(stream: string, events: readonly NewEvent[], expected: Expected): Promise<Outcome> {
    let line: Line
    try {
      line = await this.#open()
    } catch (error) {
      return { became: 'unanswered', ...failureOf(error), sent: false }
    }
    return new Promise((resolve) => {
      const correlation = randomUUID()
      const late = setTimeout(() => {
        line.forget(correlation)
        resolve({ became: 'unanswered', reason: `no answer in ${this.#timeout} ms`, sent: true })
      }, this.#timeout)
      line.send(correlation, stream, events, expected, (outcome) => {
        clearTimeout(late)
        resolve(outcome)
      })
    })
  }

  #open(): Promise<Line> {
    if (this.#line !== undefined) return this.#line
    const opening = this.#connection.batchAppend().then((call) => new Line(call, forget))
    const forget = (): void => {
      if (this.#line === opening) this.#line = undefined
    }
    this.#line = opening
    opening.catch(forget)
    return opening
  }
}

/** One call, and who waits for an answer on it. */
class Line {
  readonly #call: BatchCall
  readonly #waiting = new Map<string, Answer>()
  readonly #over: () => void
  #failure: Failure | undefined

  constructor(call: BatchCall, over: () => void) {
    this.#call = call
    this.#over = over
    call.on('data', (answer: BatchAppendResp) => this.#answered(answer))
    call.on('error', (error: unknown) => this.#ended(failureOf(error)))
    call.on('end', () => this.#ended({ reason: 'the server ended the call', sent: true }))
  }

  send(id: string, stream: string, events: readonly NewEvent[], expected: Expected, answer: Answer): void {
    if (this.#failure) return answer({ became: 'unanswered', ...this.#failure, sent: false })
    this.#waiting.set(id, answer)
    // What the connection cannot take yet waits in its buffer: the callers hold these events anyhow.
    for (const message of batchMessages(id, stream, events, expected)) this.#call.write(message)
  }

  forget(id: string): void {
    this.#waiting.delete(id)
  }

  /** An answer that nobody waits for any more is dropped: the server may answer twice, or late. */
  #answered(answer: BatchAppendResp): void {
    const id = answer.getCorrelationId()
    const key = id === undefined ? '' : uuidOf(id)
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    waiting?.(outcomeOf(answer))
  }

  #ended(failure: Failure): void {
    if (this.#failure) return
    this.#failure = failure
    this.#over()
    for (const answer of this.#waiting.values()) answer({ became: 'unanswered', ...failure })
    this.#waiting.clear()
  }
}

function outcomeOf(answer: BatchAppendResp): Outcome {
  const success = answer.getSuccess()
  if (success) {
    const position = success.getPosition()
    return {
      became: 'stored',
      revision: Number(success.getCurrentRevision()),
      position:
        position && positionOf({ commit: position.getCommitPosition(), prepare: position.getPreparePosition() }),
    }
  }
  const status = answer.getError()
  const details = status?.getDetails()
  const conflict =
    details?.getTypeName() === 'event_store.client.WrongExpectedVersion' &&
    details.unpack(shared.WrongExpectedVersion.deserializeBinary, details.getTypeName())
  if (conflict) {
    const actual = conflict.hasCurrentStreamRevision() ? Number(conflict.getCurrentStreamRevision()) : 'none'
    return { became: 'conflict', actual }
  }
  if (status) return { became: 'unanswered', ...refusalOf(status) }
  return { became: 'unanswered', reason: 'an answer without a result', sent: true }
}

/** The server gives an id in the form in which it was sent, or as two numbers of 64 bits. */
function uuidOf(id: InstanceType<typeof shared.UUID>): string {
  const halves = id.getStructured()
  if (!halves) return id.getString()
  const hex = [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
