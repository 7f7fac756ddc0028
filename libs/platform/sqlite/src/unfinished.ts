import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { RapportError } from '@rapport/events'
import { complete, PARTIAL } from './disk.ts'
import { openFolder, type DataFolder, type FolderOptions } from './folder.ts'

/** A data folder that is being filled: nothing stands in it before it is finished, and `openFolder` answers `restore-incomplete`. */
export interface Unfinished {
  readonly folder: DataFolder
  /** Makes it the store of this identity and closes it; the folder is complete. */
  finish(store: DataFolder['store']): Promise<void>
  /** Lets go of it; what was filled in is gone on with when it is opened again. */
  close(): Promise<void>
}

/** In this order; with the events the folder is complete. The read models are built anew. */
const files = ['keys.db', 'events.db'] as const

/** Opens a folder to fill it, one that does not exist, is empty, or was begun so before; `target-not-empty` for any other. */
export async function openUnfinished(dir: string, options: FolderOptions = {}): Promise<Unfinished> {
  if (existsSync(dir) && !statSync(dir).isDirectory())
    throw new RapportError('target-not-a-folder', `${dir} is a file, not a folder.`, { dir })
  const partial = join(dir, PARTIAL)
  const found = existsSync(dir) ? readdirSync(dir) : []
  // Killed while it was being finished: its keys stand in their place already.
  const cut = found.length === 2 && found.includes(PARTIAL) && found.includes('keys.db')
  if (cut && existsSync(join(partial, 'events.db')) && !existsSync(join(partial, 'keys.db')))
    renameSync(join(dir, 'keys.db'), join(partial, 'keys.db'))
  else if (found.some((name) => name !== PARTIAL))
    throw new RapportError('target-not-empty', `${dir} is not empty.`, { dir })
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  // What a restore of a backup left was never a folder that somebody held: it begins anew.
  if (!existsSync(join(partial, 'lock.db'))) rmSync(partial, { recursive: true, force: true })
  const folder = await openFolder(partial, options)
  return {
    folder,
    async finish({ id, restores }) {
      const { raw } = folder.files.events
      raw.prepare("UPDATE meta SET value = ? WHERE name = 'store'").run(id)
      raw.prepare("UPDATE meta SET value = ? WHERE name = 'restores'").run(String(restores))
      // One file without a log beside it, for only the file is moved.
      raw.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      await folder.close()
      complete(dir, files)
    },
    close: () => folder.close(),
  }
}
