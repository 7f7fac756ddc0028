import { limits, parseStrict, uuidPattern } from '@rapport/events'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { EdgeRefusal, type Fault } from './problems.ts'

/** Bodies are JSON, whole, and pass the strict parser; nothing else is read. */
export function installGate(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: limits.bodyBytes },
    (request, body, done) => {
      try {
        const { 'content-encoding': encoding, 'content-type': type = '' } = request.headers
        const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1]?.toLowerCase() ?? 'utf-8'
        if ((encoding !== undefined && encoding !== 'identity') || charset !== 'utf-8')
          throw new EdgeRefusal('unsupported-media-type')
        done(null, parseStrict(body))
      } catch (error) {
        done(error as Error)
      }
    },
  )
}

/** The id in a path, in lower case; what is no UUID (nil and max included) is answered like an id that nobody has. */
export function pathId(text: string | undefined): string {
  const id = text?.toLowerCase()
  if (id === undefined || !uuidPattern.test(id)) throw new EdgeRefusal('not-found')
  return id
}

/** The one value of a header, or undefined; sent twice it is refused. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const { rawHeaders } = request.raw
  let found: string | undefined
  for (let n = 0; n < rawHeaders.length; n += 2) {
    if (rawHeaders[n]!.toLowerCase() !== name) continue
    if (found !== undefined) throw new EdgeRefusal('invalid-header', { detail: `${name} is there more than once.` })
    found = rawHeaders[n + 1]!
  }
  return found
}

/** Idempotency-Key, 1 to 200 printable ASCII characters, or undefined where none came. */
export function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = header(request, 'idempotency-key')
  if (key !== undefined && !/^[\x20-\x7e]{1,200}$/.test(key))
    throw new EdgeRefusal('invalid-header', {
      detail: 'Idempotency-Key must have 1 to 200 printable ASCII characters.',
    })
  return key
}

/** The revision that If-Match names; undefined where there is none or `*`; −1 for a tag that no revision of ours has. */
export function ifMatch(request: FastifyRequest): number | undefined {
  const text = header(request, 'if-match')
  if (text === undefined || text === '*') return undefined
  const tag = /^(W\/)?"([\x21\x23-\x7e]*)"$/.exec(text)
  if (tag === null)
    throw new EdgeRefusal('invalid-header', { detail: 'If-Match must be one entity tag, "<revision>", or *.' })
  const revision = Number(tag[2])
  return tag[1] === undefined && /^(0|[1-9]\d{0,15})$/.test(tag[2]!) && Number.isSafeInteger(revision) ? revision : -1
}

/** The query of a URL as written, strict: no parameter twice, no brackets, no names of prototypes, valid UTF-8. */
export function query(request: FastifyRequest): Readonly<Record<string, string>> {
  const url = request.raw.url ?? ''
  const at = url.indexOf('?')
  const found = new Map<string, string>()
  if (at < 0) return {}
  const faults: Fault[] = []
  for (const part of url.slice(at + 1).split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = decoded(equals < 0 ? part : part.slice(0, equals))
    const value = decoded(equals < 0 ? '' : part.slice(equals + 1))
    if (name === undefined || value === undefined)
      throw new EdgeRefusal('invalid-query', { detail: 'The query is not valid percent-encoded UTF-8.' })
    if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name) || name in Object.prototype || name === 'prototype')
      throw new EdgeRefusal('invalid-query', { detail: 'The name of a parameter is not one.' })
    if (found.has(name)) faults.push({ parameter: name, detail: 'is there more than once' })
    found.set(name, value)
  }
  if (faults.length > 0) throw new EdgeRefusal('invalid-query', { errors: faults })
  return Object.fromEntries(found)
}

/** Refuses a query of any kind where there is none to ask. */
export function noQuery(request: FastifyRequest): void {
  if (Object.keys(query(request)).length > 0)
    throw new EdgeRefusal('invalid-query', { detail: 'What is posted has no query.' })
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
