import { JsonRefused, Refusal, RapportError, type AnyDecision } from '@rapport/events'
import { platformErrors, type PlatformCode } from './error-list.ts'

/** One fault of a request: where (a JSON Pointer into the body, or the name of a parameter) and what. */
export interface Fault {
  readonly pointer?: string
  readonly parameter?: string
  readonly detail: string
}

/** RFC 9457, with the stable code; `errors` names each faulty field, `details` holds what a refusal adds. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail?: string
  readonly instance?: string
  readonly errors?: readonly Fault[]
  readonly details?: Readonly<Record<string, unknown>>
}

/** Refuses a request at the edge with a code of {@link platformErrors}. */
export class EdgeRefusal extends RapportError {
  constructor(code: PlatformCode, detail: { readonly detail?: string; readonly errors?: readonly Fault[] } = {}) {
    super(code, platformErrors[code].words, detail)
  }
}

/** What the answer to an error is; `retryAfter` in seconds. */
export interface Answer {
  readonly problem: Problem
  readonly retryAfter?: number
  /** Not foreseen: the log says more, the answer does not. */
  readonly unexpected: boolean
}

const isPlatform = (code: string): code is PlatformCode => Object.hasOwn(platformErrors, code)

/** The status of a code that a decision answers with: the platform's, or 409 for one of its own list. */
export const statusOf = (code: string, decision?: AnyDecision): number =>
  decision?.codes.includes(code) !== true && isPlatform(code) ? platformErrors[code].status : 409

/** The problem for any error; what is not foreseen becomes `unexpected` without internals. */
export function answerTo(
  error: unknown,
  about: { readonly decision?: AnyDecision | undefined; readonly request: string },
): Answer {
  const code = codeOf(error)
  const own = error instanceof Refusal && about.decision?.codes.includes(code) === true
  if (own || (error instanceof Refusal && !isPlatform(code)))
    return {
      problem: { ...head(code, 409, error.message), ...faultsOf(error), ...detailsOf(error) },
      unexpected: false,
    }
  const known = isPlatform(code) && code !== 'unexpected' ? code : 'unexpected'
  const { status, words, retryAfter } = platformErrors[known] as (typeof platformErrors)[PlatformCode] & {
    retryAfter?: number
  }
  return {
    problem: {
      ...head(known, status, words),
      // A decision or a view says no more of what is not there, whoever has it.
      ...(status < 500 && (known !== 'not-found' || error instanceof EdgeRefusal) && faultsOf(error)),
      ...(known === 'lagging' && detailsOf(error)),
      ...(status >= 500 && { instance: `urn:rapport:request:${about.request}` }),
    },
    ...(retryAfter !== undefined && { retryAfter }),
    unexpected: known === 'unexpected',
  }
}

const head = (code: string, status: number, title: string) => ({
  type: `urn:rapport:error:${code}`,
  title,
  status,
  code,
})

/** Codes that the frameworks under us give, and ours for them. */
const foreign: Readonly<Record<string, PlatformCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'not-json',
  FST_ERR_BAD_URL: 'bad-request',
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
  FST_ERR_NOT_FOUND: 'not-found',
  ECONNRESET: 'bad-request',
}

function codeOf(error: unknown): string {
  if (error instanceof JsonRefused || error instanceof RapportError) return error.code
  const { code, status, statusCode } = (error ?? {}) as { code?: unknown; status?: unknown; statusCode?: unknown }
  if (typeof code === 'string' && foreign[code] !== undefined) return foreign[code]
  // A path that climbs out of the files of /docs is forbidden to @fastify/static, and no address of ours.
  if ([404, 403].includes(Number(status ?? statusCode))) return 'not-found'
  if ((status ?? statusCode) === 400) return 'bad-request'
  return 'unexpected'
}

function faultsOf(error: unknown): Pick<Problem, 'detail' | 'errors'> {
  if (!(error instanceof RapportError)) return {}
  const { detail, errors } = error.detail
  return {
    ...(typeof detail === 'string' && { detail }),
    ...(Array.isArray(errors) && errors.length > 0 && { errors: errors.map(fault) }),
  }
}

/** Only where the code promises them: what a port adds to its error is for the log. */
function detailsOf(error: unknown): Pick<Problem, 'details'> {
  if (!(error instanceof RapportError)) return {}
  const { detail: _, errors: __, ...details } = error.detail
  return Object.keys(details).length > 0 ? { details } : {}
}

/** The core names a field `path` and its fault `message`. */
const fault = (given: Fault & { readonly path?: string; readonly message?: string }): Fault => {
  const pointer = given.pointer ?? given.path
  return {
    ...(pointer !== undefined && { pointer }),
    ...(given.parameter !== undefined && { parameter: given.parameter }),
    detail: given.detail ?? given.message ?? '',
  }
}
