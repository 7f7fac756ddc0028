import { createHmac, hash, randomBytes } from 'node:crypto'

export type Part = string | number

/** Each part as u32 big-endian byte length + UTF-8, so that no two lists of parts give the same bytes (contracts.md §11). */
function framed(head: string, parts: readonly Part[]): Buffer {
  const pieces: Buffer[] = [Buffer.from(head, 'utf8')]
  for (const part of parts) {
    const bytes = Buffer.from(String(part), 'utf8')
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(bytes.length)
    pieces.push(length, bytes)
  }
  return Buffer.concat(pieces)
}

function asUuid(bytes: Buffer, version: number): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4)
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A UUID that follows from its parts: the same parts give the same id in every process and for ever (contracts.md §11). */
export function uuidv8(kind: string, ...parts: readonly Part[]): string {
  return asUuid(hash('sha256', framed(`rapport/1/${kind}`, parts), 'buffer'), 8)
}

const POOL = 4096
let pool = Buffer.alloc(0)
/** Fresh random bytes, each given once; fetched many at a time, for most of the cost is in the call. They are the caller's to change. */
export function freshBytes(count: number): Buffer {
  if (pool.length < count) pool = randomBytes(Math.max(POOL, count))
  const bytes = pool.subarray(0, count)
  pool = pool.subarray(count)
  return bytes
}

/** A fresh id whose first 48 bits are the time in milliseconds (RFC 9562). */
export function uuidv7(now: number = Temporal.Now.instant().epochMilliseconds): string {
  const bytes = freshBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  return asUuid(bytes, 7)
}

/** HMAC-SHA-256 under the tenant's idKey, base64url: how something personal may become part of an id (contracts.md §11). */
export function idHmac(idKey: Uint8Array, label: string, ...parts: readonly Part[]): string {
  return createHmac('sha256', idKey).update(framed(label, parts)).digest('base64url')
}
