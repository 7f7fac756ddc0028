import { platformCodes, viewCodes as views } from '@rapport/events'

interface ErrorWords {
  readonly status: number
  /** One sentence; the title of the problem. */
  readonly words: string
  /** Seconds. */
  readonly retryAfter?: number
}

/**
 * Every code that the platform itself can answer with; beside them a decision has codes of its own, which are 409.
 * docs/reference/errors.md is made from this list.
 */
export const platformErrors = {
  'bad-request': { status: 400, words: 'The request is not HTTP as this server understands it.' },
  'not-json': { status: 400, words: 'The body is not JSON.' },
  'not-utf8': { status: 400, words: 'The body is not UTF-8.' },
  'duplicate-key': { status: 400, words: 'An object in the body names the same key twice.' },
  'too-deep': { status: 400, words: 'The body is nested deeper than 64 levels.' },
  'unsafe-number': { status: 400, words: 'A number in the body cannot be kept exactly.' },
  'forbidden-key': { status: 400, words: 'A key in the body is not allowed: __proto__, constructor or prototype.' },
  'lone-surrogate': { status: 400, words: 'A string in the body holds half of a surrogate pair.' },
  'invalid-header': { status: 400, words: 'A header is malformed; `detail` names it.' },
  'invalid-query': {
    status: 400,
    words: 'The query is not one that this view answers; `errors` names each parameter.',
  },
  'invalid-position': { status: 400, words: 'wait-for is not a position that this store has given.' },
  'as-of-invalid': { status: 400, words: views['as-of-invalid'] },
  'as-of-too-large': { status: 422, words: views['as-of-too-large'] },
  'cursor-invalid': { status: 400, words: views['cursor-invalid'] },
  'cursor-stale': { status: 400, words: views['cursor-stale'] },
  'no-token': { status: 401, words: 'This needs an access token: `Authorization: Bearer …`.' },
  'invalid-token': { status: 401, words: 'The access token is not valid here.' },
  'token-expired': { status: 401, words: 'The access token has expired.' },
  forbidden: { status: 403, words: platformCodes.forbidden },
  'not-found': { status: 404, words: platformCodes['not-found'] },
  'method-not-allowed': { status: 405, words: 'This address has no such method; Allow names those it has.' },
  'not-acceptable': { status: 406, words: 'This server answers in JSON only.' },
  'request-timeout': { status: 408, words: 'The request did not arrive in time.' },
  conflict: { status: 409, words: platformCodes.conflict },
  'subject-erased': { status: 409, words: platformCodes['subject-erased'] },
  'revision-mismatch': { status: 412, words: platformCodes['revision-mismatch'] },
  'too-large': { status: 413, words: 'The body is larger than 1 MiB, or an event would be larger than 512 KiB.' },
  'unsupported-media-type': { status: 415, words: 'The body must be application/json in UTF-8, not compressed.' },
  'invalid-command': { status: 422, words: platformCodes['invalid-command'] },
  'reference-not-found': { status: 422, words: platformCodes['reference-not-found'] },
  'idempotency-key-reused': { status: 422, words: platformCodes['idempotency-key-reused'] },
  'occurred-in-future': { status: 422, words: platformCodes['occurred-in-future'] },
  'occurred-before-beginning': { status: 422, words: platformCodes['occurred-before-beginning'] },
  'headers-too-large': { status: 431, words: 'The headers of the request are too large.' },
  unexpected: { status: 500, words: 'Something failed that should not; the log has it under the id of the request.' },
  'outcome-unknown': {
    status: 503,
    words: 'It is unknown whether this was recorded: repeat it with the same Idempotency-Key.',
    retryAfter: 1,
  },
  unavailable: { status: 503, words: 'A part that this needs does not answer; nothing was recorded.', retryAfter: 5 },
  lagging: {
    status: 503,
    words: 'The view has not reached wait-for yet; the command is recorded, `details` names the lag.',
    retryAfter: 1,
  },
  'storage-full': { status: 507, words: 'The storage is full; nothing was recorded.' },
} as const satisfies Readonly<Record<string, ErrorWords>>

export type PlatformCode = keyof typeof platformErrors

/** Codes that every command can answer with, beside those of its decision. */
export const commandCodes = [
  'not-json',
  'not-utf8',
  'duplicate-key',
  'too-deep',
  'unsafe-number',
  'forbidden-key',
  'lone-surrogate',
  'invalid-header',
  'invalid-query',
  'no-token',
  'invalid-token',
  'token-expired',
  'forbidden',
  'not-found',
  'not-acceptable',
  'request-timeout',
  'conflict',
  'subject-erased',
  'revision-mismatch',
  'too-large',
  'unsupported-media-type',
  'invalid-command',
  'reference-not-found',
  'idempotency-key-reused',
  'occurred-in-future',
  'occurred-before-beginning',
  'unexpected',
  'outcome-unknown',
  'unavailable',
  'storage-full',
] as const satisfies readonly PlatformCode[]

/** Codes that every view can answer with. */
export const viewCodes = [
  'invalid-header',
  'invalid-query',
  'invalid-position',
  'as-of-invalid',
  'as-of-too-large',
  'cursor-invalid',
  'cursor-stale',
  'no-token',
  'invalid-token',
  'token-expired',
  'forbidden',
  'not-found',
  'not-acceptable',
  'unexpected',
  'unavailable',
  'lagging',
] as const satisfies readonly PlatformCode[]
