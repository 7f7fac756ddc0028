import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { RapportError } from '@rapport/events'

/** What is being made in a folder stands here until it is complete. */
export const PARTIAL = '.partial'

/** A new or empty folder in which files appear whole: they are made in a folder inside it and moved when all are done. */
export class Target {
  readonly dir: string
  readonly partial: string

  constructor(dir: string) {
    this.dir = dir
    this.partial = join(dir, PARTIAL)
    usable(dir, () => {
      if (existsSync(dir) && !statSync(dir).isDirectory())
        throw new RapportError('target-not-a-folder', `${dir} is a file, not a folder.`, { dir })
      if (existsSync(dir) && readdirSync(dir).some((name) => name !== PARTIAL)) {
        throw new RapportError('target-not-empty', `${dir} is not empty.`, { dir })
      }
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      // What a killed attempt left.
      rmSync(this.partial, { recursive: true, force: true })
      mkdirSync(this.partial, { mode: 0o700 })
    })
  }

  /** Path of an empty private file that is being made. */
  file(name: string): string {
    const path = join(this.partial, name)
    closeSync(openSync(path, 'wx', 0o600))
    return path
  }

  /** See {@link complete}. */
  finish(names: readonly string[]): void {
    complete(this.dir, names)
  }

  abandon(): void {
    rmSync(this.partial, { recursive: true, force: true })
  }
}

/** Runs what needs `dir` to be a folder that we may write; what the system says against it is `target-not-a-folder`. */
export function usable<T>(dir: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (error instanceof RapportError || syscall === undefined || code === 'ENOSPC') throw error
    const shown = dir.length > 200 ? `${dir.slice(0, 200)}…` : dir
    throw new RapportError('target-not-a-folder', `${shown} cannot be used as a folder (${code}).`, { dir: shown })
  }
}

/** Moves files that were made in a folder to their place there, in this order; the last one makes the folder complete. */
export function complete(dir: string, names: readonly string[]): void {
  const partial = join(dir, PARTIAL)
  for (const name of names) {
    chmodSync(join(partial, name), 0o600)
    sync(join(partial, name))
  }
  for (const name of names) renameSync(join(partial, name), join(dir, name))
  rmSync(partial, { recursive: true })
  sync(dir)
}

/** Whether a path is, or lies in, a folder, whatever links lead there. */
export function liesWithin(path: string, dir: string): boolean {
  const [inner, outer] = [real(path), real(dir)]
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`)
}

/** The path with every link that stands followed. */
function real(path: string): string {
  const full = resolve(path)
  return existsSync(full) || dirname(full) === full
    ? realpathSync(full)
    : join(real(dirname(full)), full.slice(dirname(full).length))
}

function sync(path: string): void {
  // Windows opens no folder, and needs none to be synced.
  if (process.platform === 'win32') return
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** SHA-256 of a file's bytes, hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}
