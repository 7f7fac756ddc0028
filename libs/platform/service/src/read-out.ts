import type { IncomingMessage } from 'node:http'

/** The most that is read of a body after its refusal is settled, in bytes, and for how long, in milliseconds. */
const MOST = 8 * 1024 * 1024
const PATIENCE = 5_000

/**
 * Reads what is left of a body and throws it away, within limits. A connection that is closed while the client still writes is reset, and
 * the client sees a broken pipe in the place of the refusal (RFC 9112 §9.6).
 */
export async function readOut(request: IncomingMessage): Promise<void> {
  if (request.complete || request.readableEnded || request.destroyed) return
  const read = Promise.withResolvers<void>()
  let left = MOST
  const count = (piece: Buffer): void => {
    left -= piece.length
    if (left < 0) read.resolve()
  }
  const timer = setTimeout(read.resolve, PATIENCE)
  request.on('data', count)
  for (const end of ['end', 'error', 'close'] as const) request.once(end, read.resolve)
  request.resume()
  await read.promise
  clearTimeout(timer)
  request.off('data', count)
}
