import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Corrupt } from './errors.ts'

const IV = 12
const TAG = 16

/** Wraps a key with AES-256-GCM: iv ‖ ciphertext ‖ tag; `of` binds it to its place, so that no row can stand for another. */
export function wrap(wrapKey: Uint8Array, key: Uint8Array, of: readonly string[]): Uint8Array {
  const iv = randomBytes(IV)
  const cipher = createCipheriv('aes-256-gcm', wrapKey, iv).setAAD(Buffer.from(JSON.stringify(of)))
  return Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()])
}

/** The key again; wrapped bytes that were changed or moved are {@link Corrupt}. */
export function unwrap(wrapKey: Uint8Array, wrapped: Uint8Array, of: readonly string[]): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapKey, wrapped.subarray(0, IV), { authTagLength: TAG })
    decipher.setAAD(Buffer.from(JSON.stringify(of))).setAuthTag(wrapped.subarray(wrapped.length - TAG))
    return new Uint8Array(
      Buffer.concat([decipher.update(wrapped.subarray(IV, wrapped.length - TAG)), decipher.final()]),
    )
  } catch {
    throw new Corrupt('A wrapped key does not open.', { of })
  }
}
