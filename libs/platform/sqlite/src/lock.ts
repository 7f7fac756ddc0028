import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { RapportError } from '@rapport/events'
import { privateFile } from './database.ts'
import { failureOf } from './failure.ts'

/** Where the process that holds a folder can be reached. */
export interface Holder {
  readonly pid?: number
  readonly url?: string
}

/** One writer per folder: an exclusive SQLite lock, which the operating system takes back however the process ends. */
export class Lock {
  readonly #db: DatabaseSync
  readonly #running: string

  constructor(dir: string) {
    this.#running = join(dir, 'running.json')
    const path = join(dir, 'lock.db')
    privateFile(path)
    this.#db = new DatabaseSync(path, { timeout: 0 })
    try {
      this.#db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch (error) {
      this.#db.close()
      if (failureOf(error) !== 'busy') throw error
      const holder = readHolder(this.#running)
      throw new RapportError(
        'folder-in-use',
        `The folder is held by process ${holder.pid ?? 'unknown'}${holder.url ? ` at ${holder.url}` : ''}.`,
        { dir, holder },
      )
    }
    try {
      // What a killed holder left behind is not true any more.
      this.announce({})
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  announce({ url }: { readonly url?: string }): void {
    const holder: Holder = { pid: process.pid, ...(url === undefined ? {} : { url }) }
    writeFileSync(`${this.#running}.new`, JSON.stringify(holder), { mode: 0o600 })
    renameSync(`${this.#running}.new`, this.#running)
  }

  release(): void {
    if (!this.#db.isOpen) return
    rmSync(this.#running, { force: true })
    this.#db.close()
  }
}

function readHolder(path: string): Holder {
  try {
    const { pid, url } = JSON.parse(existsSync(path) ? readFileSync(path, 'utf8') : '{}') as Record<string, unknown>
    return { ...(typeof pid === 'number' ? { pid } : {}), ...(typeof url === 'string' ? { url } : {}) }
  } catch {
    return {}
  }
}
