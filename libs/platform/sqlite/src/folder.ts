import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { RapportError } from '@rapport/events'
import type { Documents, EventStore, Keys, Ops } from '@rapport/events'
import { backup } from './backup.ts'
import type { Manifest } from './backup.ts'
import { Database } from './database.ts'
import type { Opening } from './database.ts'
import { PARTIAL } from './disk.ts'
import { SqliteDocuments } from './documents/documents.ts'
import { documentsMigrations, documentsPragmas } from './documents/schema.ts'
import { eventsMigrations, eventsPragmas } from './events/schema.ts'
import { SqliteEventStore } from './events/store.ts'
import { damaged, failureOf, messageOf } from './failure.ts'
import { integrity } from './integrity.ts'
import type { Finding } from './integrity.ts'
import { SqliteKeys } from './keys/keys.ts'
import { keysMigrations, keysPragmas } from './keys/schema.ts'
import { Lock } from './lock.ts'
import { SqliteOps } from './ops.ts'
import { Writer } from './writer.ts'

export interface FolderOptions {
  readonly now?: () => number
  /** Called once a file, with its name, when nobody can say whether something was stored: the process must end. Default: an uncaught exception. */
  readonly onFatal?: (error: Error, file: string) => void
  /** Reads beside a running process, without the lock. */
  readonly readonly?: boolean
}

/** The embedded storage of one deployment; see contracts.md §10. */
export interface DataFolder {
  readonly dir: string
  readonly events: EventStore
  readonly documents: Documents
  readonly ops: Ops
  readonly keys: Keys
  /** The store's own random id and how often it was restored. */
  readonly store: { readonly id: string; readonly restores: number }
  /** The open files, for the tools of this library. */
  readonly files: { readonly events: Database; readonly documents: Database; readonly keys: Database }
  /** Tells who asks for the folder where this process is reached. */
  announce(holder: { readonly url: string }): void
  /** Copies events, then keys, into two new or empty folders while the folder is used. */
  backup(eventsDir: string, keysDir: string): Promise<{ readonly events: Manifest; readonly keys: Manifest }>
  /** What is wrong within the files, for `doctor`. */
  integrity(): Promise<readonly Finding[]>
  /** Throws `secrets-missing` when a tenant has events but no secrets: without them nothing personal could ever be opened. */
  checkSecrets(): Promise<void>
  close(): Promise<void>
}

/** The files of a folder, with how they are opened. */
export const fileOpenings = {
  events: { file: 'events.db', pragmas: eventsPragmas, migrations: eventsMigrations },
  documents: { file: 'documents.db', pragmas: documentsPragmas, migrations: documentsMigrations },
  keys: { file: 'keys.db', pragmas: keysPragmas, migrations: keysMigrations },
} as const

/** Opens one file of a folder with its PRAGMAs and its migrations. */
export function openFile(
  dir: string,
  name: keyof typeof fileOpenings,
  options: Pick<Opening, 'readonly' | 'onFatal'> = {},
): Database {
  const { file, ...how } = fileOpenings[name]
  return new Database({ path: join(dir, file), ...how, ...options })
}

/** Opens one file; damage is told with its name. */
function openOrName(...[dir, name, options]: Parameters<typeof openFile>): Database {
  try {
    return openFile(dir, name, options)
  } catch (error) {
    if (failureOf(error) !== 'fatal') throw error
    const { file } = fileOpenings[name]
    throw new RapportError('file-damaged', damaged(join(dir, file), error), {
      dir,
      file,
    })
  }
}

/** Opens a data folder, made where there is none, and holds it until it is closed. */
export async function openFolder(
  dir: string,
  { now = Date.now, onFatal = fatal, readonly = false }: FolderOptions = {},
): Promise<DataFolder> {
  if (dir === '') throw new RapportError('not-a-data-folder', 'The data folder has no name.', { dir })
  // The events are moved to their place last: where they stand, what was cut short is only the cleaning up.
  if (existsSync(join(dir, PARTIAL)) && !existsSync(join(dir, 'events.db'))) {
    throw new RapportError(
      'restore-incomplete',
      `A restore into ${dir} was cut short: run it again until it has ended, or empty the folder.`,
      { dir },
    )
  }
  if (readonly) {
    if (!existsSync(join(dir, 'events.db')) && !existsSync(join(dir, 'keys.db')))
      throw new RapportError('folder-missing', `There is no data folder at ${dir}.`, { dir })
  }
  const lock = readonly ? undefined : hold(dir)
  const opened: Database[] = []
  try {
    refuseWithoutEvents(dir)
    const [events, documents, keys] = (['events', 'documents', 'keys'] as const).map((name) => {
      const file = openOrName(dir, name, { readonly, onFatal: (error) => onFatal(error, fileOpenings[name].file) })
      opened.push(file)
      return file
    }) as [Database, Database, Database]
    const writer = readonly ? undefined : new Writer(events)
    return new Folder(dir, { events, documents, keys }, writer, now, lock)
  } catch (error) {
    for (const file of opened) file.close()
    lock?.release()
    throw error
  }
}

/** Takes the folder for this process, made where there is none. */
function hold(dir: string): Lock {
  try {
    privateFolder(dir)
    return new Lock(dir)
  } catch (error) {
    const { code, errcode } = error as { code?: unknown; errcode?: unknown }
    // SQLite's own word for it is READONLY, 8.
    const why = Number(errcode) % 256 === 8 ? 'SQLITE_READONLY' : code
    if (!['EROFS', 'EACCES', 'EPERM', 'SQLITE_READONLY'].includes(String(why))) throw error
    throw new RapportError(
      'folder-not-writable',
      `The data folder ${dir} cannot be written here (${String(why)}): a command that only reads it needs to hold it, too. Copy it to where this user may write, or give it back to its owner.`,
      { dir },
    )
  }
}

class Folder implements DataFolder {
  readonly dir: string
  readonly files: DataFolder['files']
  readonly events: EventStore
  readonly documents: Documents
  readonly ops: Ops
  readonly keys: Keys
  readonly store: DataFolder['store']
  readonly #lock: Lock | undefined
  readonly #now: () => number

  constructor(
    dir: string,
    files: DataFolder['files'],
    writer: Writer | undefined,
    now: () => number,
    lock: Lock | undefined,
  ) {
    this.dir = dir
    this.files = files
    this.#lock = lock
    this.#now = now
    this.events = new SqliteEventStore(files.events, { now, ...(writer === undefined ? {} : { writer }) })
    this.ops = new SqliteOps(files.events, writer)
    this.documents = new SqliteDocuments(files.documents, { readonly: writer === undefined })
    this.keys = new SqliteKeys(files.keys)
    const meta = (name: string): string =>
      String(files.events.sql('SELECT value FROM meta WHERE name = ?').get(name)?.['value'])
    this.store = { id: meta('store'), restores: Number(meta('restores')) }
  }

  announce(holder: { readonly url: string }): void {
    this.#lock?.announce(holder)
  }

  backup(eventsDir: string, keysDir: string): ReturnType<DataFolder['backup']> {
    return backup(this, eventsDir, keysDir, this.#now)
  }

  integrity(): Promise<readonly Finding[]> {
    return integrity(this)
  }

  async checkSecrets(): Promise<void> {
    const missing: string[] = []
    for (const row of this.files.events.sql('SELECT name FROM tenants ORDER BY name').all()) {
      const tenant = String(row['name'])
      if ((await this.keys.secrets(tenant, false)) === undefined) missing.push(tenant)
    }
    if (missing.length > 0)
      throw new RapportError('secrets-missing', `There are events but no secrets of ${missing.join(', ')}.`, {
        tenants: missing,
      })
  }

  async close(): Promise<void> {
    await this.events.close()
    for (const file of Object.values(this.files)) file.close()
    this.#lock?.release()
  }
}

/** Files by which a folder is known as ours. */
const ours = new Set(['events.db', 'keys.db', 'documents.db', 'lock.db', 'token.key'])

/** Makes the folder, or takes one that is empty or ours. A foreign one is refused as it stands: nothing is written, no mode is changed. */
function privateFolder(dir: string): void {
  if (!existsSync(dir)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    return
  }
  const found = statSync(dir)
  const names = found.isDirectory() ? readdirSync(dir) : undefined
  if (names === undefined || (names.length > 0 && !names.some((name) => ours.has(name))))
    throw new RapportError(
      'not-a-data-folder',
      `${dir} ${names === undefined ? 'is not a folder' : 'holds other files and no data of Rapport'}: name a new or empty folder.`,
      { dir },
    )
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0 && found.uid === process.getuid?.())
    chmodSync(dir, 0o700)
}

/** An events.db that is gone beside keys or documents was lost: a new one would hide that. */
function refuseWithoutEvents(dir: string): void {
  if (holds(dir, 'events.db', `SELECT 1 FROM meta WHERE name = 'store'`)) return
  const beside = [
    ...(holds(dir, 'keys.db', 'SELECT 1 FROM tenants UNION ALL SELECT 1 FROM keys') ? ['keys.db'] : []),
    ...(holds(dir, 'documents.db', 'SELECT 1 FROM collections') ? ['documents.db'] : []),
  ]
  if (beside.length > 0)
    throw new RapportError(
      'events-missing',
      `The events are missing: ${join(dir, 'events.db')} is not there or empty, but ${beside.join(' and ')} ${beside.length > 1 ? 'are' : 'is'} in use. Put events.db back, or restore a backup into a new folder.`,
      { dir, beside },
    )
}

/** Whether a file has a row that says it is in use; one that cannot be read has something in it. */
function holds(dir: string, file: string, sql: string): boolean {
  const path = join(dir, file)
  if (!existsSync(path) || statSync(path).size === 0) return false
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
    return db.prepare(`${sql} LIMIT 1`).get() !== undefined
  } catch (error) {
    return !messageOf(error).startsWith('no such table')
  } finally {
    db?.close()
  }
}

/** Callers hear their answer first; then nothing may go on. */
const fatal = (error: Error): void =>
  void setImmediate(() => {
    throw error
  })
