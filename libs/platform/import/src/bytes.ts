import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { RapportError } from '@rapport/events'
import xzDecompress from 'xz-decompress'

const unreadable = (file: string, cause: unknown): RapportError =>
  new RapportError('file-unreadable', `${file} cannot be read: ${(cause as Error).message}`, { file })

/** The bytes of a file in pieces, unpacked where its first bytes say gzip or xz (whatever the name says). */
export async function* bytesOf(file: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    const packing = await packingOf(file)
    const stored = createReadStream(file, { highWaterMark: 1 << 17, ...(signal ? { signal } : {}) })
    yield* packing === 'gzip' ? pipeline(stored, createGunzip(), () => {}) : packing === 'xz' ? xz(stored) : stored
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof RapportError ? error : unreadable(file, error)
  }
}

async function packingOf(file: string): Promise<'gzip' | 'xz' | 'none'> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0)
    const magic = buffer.toString('hex', 0, bytesRead)
    return magic.startsWith('1f8b') ? 'gzip' : magic === 'fd377a585a00' ? 'xz' : 'none'
  } finally {
    await handle.close()
  }
}

const xz = (stored: Readable): AsyncIterable<Uint8Array> =>
  new xzDecompress.XzReadableStream(
    Readable.toWeb(stored) as ReadableStream<Uint8Array>,
  ) as unknown as AsyncIterable<Uint8Array>
