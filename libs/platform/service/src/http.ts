import type { FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { platformErrors, type PlatformCode } from './error-list.ts'

/** Swagger UI styles itself inline; nothing of ours loads anything from elsewhere or may be framed. */
export function securityHeaders(request: FastifyRequest): Readonly<Record<string, string>> {
  const docs = request.routeOptions.url?.startsWith('/docs') === true
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'content-security-policy': docs
      ? "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
      : "default-src 'none'; frame-ancestors 'none'",
  }
}

/** Whether a client takes what this server sends. */
export const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined ||
  accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return (
      /^(\*\/\*|application\/(\*|json|problem\+json))$/.test(type) && !parameters.some((p) => /^q=0(\.0*)?$/.test(p))
    )
  })

/** What is not even HTTP, or came too slowly, has no request: the answer is written to the socket. */
export function answerBroken(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const code: PlatformCode =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'request-timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers-too-large'
        : 'bad-request'
  const { status, words } = platformErrors[code]
  const body = JSON.stringify({ type: `urn:rapport:error:${code}`, title: words, status, code })
  socket.end(
    `HTTP/1.1 ${status} ${code}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\nx-content-type-options: nosniff\r\n\r\n${body}`,
  )
}
