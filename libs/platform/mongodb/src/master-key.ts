import { readFile } from 'node:fs/promises'
import { RapportError } from '@rapport/events'

/** Reads the master key from a mounted secret: 32 bytes, or as text in hex or base64 (`openssl rand -base64 32`). */
export async function readMasterKey(path: string): Promise<Uint8Array> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new RapportError('invalid-master-key', `The file of the master key, ${path}, cannot be read (${code}).`, {
      path,
    })
  }
  if (bytes.length === 32) return Uint8Array.from(bytes)
  const text = bytes.toString('latin1').trim()
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Uint8Array.from(Buffer.from(text, 'hex'))
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Uint8Array.from(Buffer.from(text, 'base64'))
  throw new RapportError(
    'invalid-master-key',
    `The file of the master key, ${path}, holds no key of 32 bytes, raw, in hex or in base64.`,
    { path },
  )
}
