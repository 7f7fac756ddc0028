import { basename } from 'node:path'
import { Corrupt, StorageFull, Unavailable } from '@rapport/events'

const FULL = 13
const fatal = new Set([10, 11, 26]) // IOERR, CORRUPT, NOTADB

/** What an error of node:sqlite means for the caller; read from its code, because core errors are of another realm in Jest. */
export type Failure = 'full' | 'fatal' | 'busy' | 'constraint' | 'other' | 'not-sqlite'

/** Sorts an error by SQLite's primary result code. */
export function failureOf(error: unknown): Failure {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return 'not-sqlite'
  const code = Number(error.errcode) & 0xff
  if (code === FULL) return 'full'
  if (fatal.has(code)) return 'fatal'
  if (code === 5 || code === 6) return 'busy'
  return code === 19 ? 'constraint' : 'other'
}

/** The message of anything thrown. */
export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)

/** Parses a stored text; what does not parse was changed behind our back. */
export function parseStored<T>(text: string, where: Readonly<Record<string, unknown>>): T {
  try {
    return JSON.parse(text) as T
  } catch {
    throw new Corrupt('A stored text is no JSON.', where)
  }
}

/** What to do about a damaged file of a folder. */
export const mending = (file: string): string =>
  file === 'documents.db' ? 'Delete it while nothing runs: the next start builds it anew.' : 'Restore it from a backup.'

/** That a file is damaged, and what helps. */
export const damaged = (path: string, error: unknown): string =>
  `${path} is damaged: ${messageOf(error)}. ${mending(basename(path))}`

/** The port's name for an error at a file: no room is {@link StorageFull}, a damaged file {@link Corrupt}, else {@link Unavailable}. */
export function portError(error: unknown, path: string): unknown {
  const failure = failureOf(error)
  if (failure === 'not-sqlite') return error
  if (failure === 'full') return new StorageFull()
  return failure === 'fatal' ? new Corrupt(damaged(path, error)) : new Unavailable(messageOf(error))
}
