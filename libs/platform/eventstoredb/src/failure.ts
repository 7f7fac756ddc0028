import { Corrupt, InvalidAppend, RapportError, Unavailable } from '@rapport/events'
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'

/** Why a call gave no answer. `sent` false: certainly nothing reached the log; true: nobody can say. */
export interface Failure {
  readonly reason: string
  readonly sent: boolean
  /** No repetition mends it; this is what the caller is told. */
  readonly lasting?: RapportError
}

const codes = { permissionDenied: 7, unauthenticated: 16, unavailable: 14, unimplemented: 12 } as const

/** What an error of a call means. Read from its code and text, for it may be of any class (gRPC's own, or a client's). */
export function failureOf(error: unknown): Failure {
  if (error instanceof RapportError) return { reason: error.message, sent: false, lasting: error }
  const { code, message = String(error) } = (error ?? {}) as { code?: unknown; message?: string }
  if (code === codes.permissionDenied || code === codes.unauthenticated) return denied(message)
  if (code === codes.unimplemented) {
    const lasting = new Unavailable('The server is too old: it has no batch append (it came with version 21.10).')
    return { reason: message, sent: false, lasting }
  }
  if (/is deleted/.test(message)) return { reason: message, sent: true, lasting: new Corrupt(message) }
  if (/invalid ?position/i.test(message)) {
    const lasting = new Corrupt('The position is not one of this store.', { reason: message })
    return { reason: message, sent: true, lasting }
  }
  return {
    reason: code === codes.unavailable || untrusting.test(message) ? wordsOf(message) : message,
    sent: !(code === codes.unavailable && neverLeft.test(message)),
  }
}

/** What gRPC says, for whoever runs the servers: of which server, without what it leaves empty, and what a wrong address mostly is. */
function wordsOf(message: string): string {
  const said = message
    .replace(/^\d+ [A-Z_]+: /, '')
    .replace(/\.?\s*Resolution note:\s*$/, '')
    .trim()
  const hint = untrusting.test(message) ? ' Where the server speaks without TLS, its address ends with ?tls=false.' : ''
  return `The event store does not answer: ${said}.${hint}`
}

/** What OpenSSL and Node say of a server that speaks without TLS, the latter of an IP address. */
const untrusting = /wrong version number|options\.servername|before secure TLS connection/

/** gRPC found no connection to give the call to, so that none of its messages left this process. */
const neverLeft = /No connection established|Name resolution failed|Server Is Not Ready/

const denied = (reason: string): Failure => ({
  reason,
  sent: false,
  lasting: new Unavailable('The event store refuses the credentials.', { reason }),
})

/** What an error in an answer to an append means; a conflict is none. */
export function refusalOf(status: NonNullable<ReturnType<BatchAppendResp['getError']>>): Failure {
  const reason = status.getMessage()
  switch (status.getDetails()?.getTypeName().split('.').at(-1)) {
    case 'AccessDenied':
      return denied(reason)
    case 'StreamDeleted':
      return { reason, sent: false, lasting: new Corrupt('The stream was deleted behind our back.') }
    case 'MaximumAppendSizeExceeded':
    case 'MaximumAppendEventSizeExceeded':
      return { reason, sent: false, lasting: new InvalidAppend('over a limit of the server', { reason }) }
    case 'BadRequest':
      return { reason, sent: false, lasting: new InvalidAppend('refused by the server', { reason }) }
  }
  return { reason, sent: !/^Server Is (Not Ready|Busy)$/.test(reason) }
}
