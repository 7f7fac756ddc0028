import { writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { backup as copy, DatabaseSync } from 'node:sqlite'
import { RapportError } from '@rapport/events'
import { reach } from './crash.ts'
import { liesWithin, sha256Of, Target, usable } from './disk.ts'
import type { DataFolder } from './folder.ts'

/** Says what a backup holds; it is moved to its place last, so that where it stands the backup is complete. */
export interface Manifest {
  readonly format: 1
  readonly holds: 'events' | 'keys'
  readonly at: string
  /** The store it is of. */
  readonly store: string
  readonly restores: number
  readonly sha256: string
  /** Rows of each table. */
  readonly counts: Readonly<Record<string, number>>
}
export const MANIFEST = 'manifest.json'
export const tablesOf = { events: ['events', 'streams', 'tenants', 'ops'], keys: ['tenants', 'keys'] } as const

/**
 * Copies a folder while it is used: the events (with Ops) first and the keys second, so that every key that an event
 * names is in the copy; each into a new or empty folder of its own. Documents are rebuilt and not copied.
 */
export async function backup(
  folder: DataFolder,
  eventsDir: string,
  keysDir: string,
  now: () => number = Date.now,
): Promise<{ readonly events: Manifest; readonly keys: Manifest }> {
  if (resolve(eventsDir) === resolve(keysDir)) {
    throw new RapportError('same-target', 'Events and keys must not lie in one folder: the keys open the events.', {
      dir: eventsDir,
    })
  }
  usable(longer(eventsDir, keysDir), () => refuseNested(dirname(folder.files.events.path), eventsDir, keysDir))
  const targets: Target[] = []
  const target = (dir: string): Target => targets[targets.push(new Target(dir)) - 1]!
  try {
    const [eventsTarget, keysTarget] = [target(eventsDir), target(keysDir)]
    const events = await finished(eventsTarget, 'events', folder, now, async (path) => {
      // A connection of its own, in one step on another thread: one snapshot, and nobody waits for it.
      const reader = new DatabaseSync(folder.files.events.path, { readOnly: true })
      try {
        await copy(reader, path, { rate: ALL })
      } finally {
        reader.close()
      }
    })
    reach('insideBackup')
    // VACUUM writes rows, not pages: no byte of a destroyed key comes along.
    const keys = await finished(
      keysTarget,
      'keys',
      folder,
      now,
      (path) => void folder.files.keys.raw.prepare('VACUUM INTO ?').run(path),
    )
    keysTarget.finish(['keys.db', MANIFEST])
    eventsTarget.finish(['events.db', MANIFEST])
    return { events, keys }
  } catch (error) {
    for (const each of targets) each.abandon()
    throw error
  }
}

/** Keys inside the events' folder would go wherever it goes; a copy inside the data folder is lost with it. */
const longer = (a: string, b: string): string => (a.length > b.length ? a : b)

function refuseNested(dataDir: string, eventsDir: string, keysDir: string): void {
  const nested = (dir: string, message: string): never => {
    throw new RapportError('target-nested', message, { dir })
  }
  if (liesWithin(keysDir, eventsDir) || liesWithin(eventsDir, keysDir))
    nested(keysDir, 'The folders of events and keys must not lie in one another: the keys open the events.')
  for (const dir of [eventsDir, keysDir])
    if (liesWithin(dir, dataDir))
      nested(dir, `${dir} lies in the data folder: what happens to that happens to the backup.`)
}

const ALL = 0x7fffffff

async function finished(
  target: Target,
  holds: Manifest['holds'],
  { store }: DataFolder,
  now: () => number,
  fill: (path: string) => unknown,
): Promise<Manifest> {
  const path = target.file(`${holds}.db`)
  await fill(path)
  const file = new DatabaseSync(path)
  let counts: Manifest['counts']
  try {
    // One file without a log beside it.
    file.exec('PRAGMA journal_mode = DELETE')
    counts = countsOf(file, holds)
  } finally {
    file.close()
  }
  const manifest: Manifest = {
    format: 1,
    holds,
    at: new Date(now()).toISOString(),
    store: store.id,
    restores: store.restores,
    sha256: await sha256Of(path),
    counts,
  }
  writeFileSync(target.file(MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
  return manifest
}

/** Rows of each table of a file. */
export const countsOf = (file: DatabaseSync, holds: Manifest['holds']): Manifest['counts'] =>
  Object.fromEntries(
    tablesOf[holds].map((table) => [table, Number(file.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])]),
  )
