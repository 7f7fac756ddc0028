import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { RapportError } from '@rapport/events'

/** How a file is opened: its PRAGMAs are set and read back on every connection. */
export interface Opening {
  readonly path: string
  readonly readonly?: boolean
  readonly pragmas: Readonly<Record<string, string | number>>
  /** Statement n takes the file from user_version n to n + 1. */
  readonly migrations: readonly string[]
}

/** A connection with its prepared statements; one per file and process, because node:sqlite is synchronous. */
export class Database {
  readonly raw: DatabaseSync
  readonly path: string
  readonly #statements = new Map<string, StatementSync>()

  constructor(opening: Opening) {
    this.path = opening.path
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

  get isOpen(): boolean {
    return this.raw.isOpen
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

  /** Runs `work` in one write transaction; whatever it throws leaves the file as it was. */
  transaction<T>(work: () => T): T {
    this.sql('BEGIN IMMEDIATE').run()
    try {
      const result = work()
      this.sql('COMMIT').run()
      return result
    } catch (error) {
      if (this.raw.isTransaction) this.sql('ROLLBACK').run()
      throw error
    }
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
