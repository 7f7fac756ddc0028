import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { OutcomeUnknown, RapportError, Unavailable } from '@rapport/events'
import { failureOf, messageOf, portError } from './failure.ts'

/** How a file is opened: its PRAGMAs are set and read back on every connection. */
export interface Opening {
  readonly path: string
  readonly readonly?: boolean
  readonly pragmas: Readonly<Record<string, string | number>>
  /** Statement n takes the file from user_version n to n + 1. */
  readonly migrations: readonly string[]
  /** Called once when nobody can say whether something was stored: the process must end. */
  readonly onFatal?: (error: OutcomeUnknown) => void
}

/** A connection with its prepared statements; one per file and process, because node:sqlite is synchronous. */
export class Database {
  readonly raw: DatabaseSync
  readonly path: string
  readonly #statements = new Map<string, StatementSync>()
  readonly #onFatal: (error: OutcomeUnknown) => void
  #dead: OutcomeUnknown | undefined

  constructor(opening: Opening) {
    this.path = opening.path
    this.#onFatal = opening.onFatal ?? (() => {})
    if (opening.readonly !== true) privateFile(opening.path)
    this.raw = new DatabaseSync(opening.path, { readOnly: opening.readonly === true, timeout: 5000 })
    try {
      setPragmas(this.raw, opening)
      migrate(this.raw, opening)
    } catch (error) {
      this.raw.close()
      throw error
    }
  }

  /** Throws when nothing may be asked of the file any more. */
  check(): void {
    if (this.#dead !== undefined) {
      throw new Unavailable('The storage failed; the process must end.', { cause: this.#dead.message })
    }
    if (!this.raw.isOpen) throw new Unavailable('The file is closed.')
  }

  /** From now on nothing is accepted: after an error that leaves open what was stored, nobody may go on as if it had been. */
  die(error: unknown): OutcomeUnknown {
    if (this.#dead !== undefined) return this.#dead
    this.#dead = new OutcomeUnknown(messageOf(error))
    this.#onFatal(this.#dead)
    return this.#dead
  }

  /** A statement prepared once, for texts of a bounded number; `arrays`: its rows are arrays, always asked for alike. */
  sql(text: string, arrays = false): StatementSync {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const statement = this.raw.prepare(text)
    if (arrays) statement.setReturnArrays(true)
    this.#statements.set(text, statement)
    return statement
  }

  /** Runs `work` in one write transaction; what it throws leaves the file as it was, and so does a full disk. */
  transaction<T>(work: () => T): T {
    let committing = false
    try {
      this.sql('BEGIN IMMEDIATE').run()
      const result = work()
      committing = true
      this.sql('COMMIT').run()
      return result
    } catch (error) {
      throw this.undo(error, committing) ? portError(error, this.path) : this.die(error)
    }
  }

  /** Takes the transaction back; false when nobody can say whether it was stored. */
  undo(error: unknown, committing: boolean): boolean {
    try {
      if (this.raw.isTransaction) this.sql('ROLLBACK').run()
    } catch {
      return false
    }
    const failure = failureOf(error)
    // The failed write of a full disk precedes the commit frame: with the transaction gone nothing of it can come back.
    if (failure === 'full') return !this.raw.isTransaction
    return !committing && failure !== 'fatal'
  }

  /** Forgets a statement text that names something dropped. */
  forget(match: (text: string) => boolean): void {
    for (const text of this.#statements.keys()) if (match(text)) this.#statements.delete(text)
  }

  close(): void {
    this.#statements.clear()
    if (this.raw.isOpen) this.raw.close()
  }
}

/**
 * SQLite gives -wal, -shm and -journal the mode of the file itself, so it must be right before the first connection.
 * A file that stands is not opened: POSIX drops a process's locks on a file when it closes any handle of it.
 */
export function privateFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  else if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
}

function setPragmas(db: DatabaseSync, { path, pragmas, readonly }: Opening): void {
  for (const [name, value] of Object.entries(pragmas)) {
    if (!(readonly === true && value === 'wal')) db.exec(`PRAGMA ${name} = ${value}`)
    const row = db.prepare(`PRAGMA ${name}`).get()
    const actual = row === undefined ? undefined : Object.values(row)[0]
    if (actual !== value) {
      throw new RapportError('pragma-refused', `${path}: ${name} is ${actual}, not ${value}.`, { path, name })
    }
  }
}

function migrate(db: DatabaseSync, { path, migrations, readonly }: Opening): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version > migrations.length) {
    throw new RapportError(
      'newer-file',
      `${path} was written by a newer release (${version}); this one knows ${migrations.length}.`,
      {
        path,
        found: version,
        known: migrations.length,
      },
    )
  }
  if (readonly === true) {
    if (version === migrations.length) return
    throw new RapportError('older-file', `${path} must be opened for writing once before it can be only read.`, {
      path,
      found: version,
    })
  }
  for (let next = version; next < migrations.length; next++) {
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(migrations[next]!)
      db.exec(`PRAGMA user_version = ${next + 1}`)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}
