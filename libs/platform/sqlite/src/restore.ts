import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseStreamName, RapportError } from '@rapport/events'
import { countsOf, MANIFEST } from './backup.ts'
import type { Manifest } from './backup.ts'
import type { Database } from './database.ts'
import { sha256Of, Target } from './disk.ts'
import { openFile } from './folder.ts'
import { integrity } from './integrity.ts'
import { SqliteKeys } from './keys/keys.ts'

/**
 * Makes a data folder from a backup of events and one of keys, which may be of another day: every key that an event
 * names must be there or be destroyed. Nothing stands in the folder unless everything was found right.
 */
export async function restore(
  eventsDir: string,
  keysDir: string,
  intoDir: string,
): Promise<{ readonly restores: number }> {
  const manifests = { events: manifestOf(eventsDir, 'events'), keys: manifestOf(keysDir, 'keys') }
  const { store } = manifests.events
  // The secrets of another store would give every command another id, even where no event names a key.
  if (manifests.keys.store !== store)
    throw new RapportError('backup-mixed-up', `The keys in ${keysDir} are of another store than the events.`, {
      store,
      keys: manifests.keys.store,
    })
  const target = new Target(intoDir)
  const opened: Database[] = []
  try {
    await take(target, eventsDir, manifests.events)
    await take(target, keysDir, manifests.keys)
    const [events, documents, keys] = (['events', 'documents', 'keys'] as const).map((name) => {
      const file = openFile(target.partial, name)
      opened.push(file)
      return file
    }) as [Database, Database, Database]
    for (const [holds, file] of [
      ['events', events],
      ['keys', keys],
    ] as const) {
      const counts = countsOf(file.raw, holds)
      if (JSON.stringify(counts) !== JSON.stringify(manifests[holds].counts)) {
        throw new RapportError('backup-damaged', `The ${holds} of the backup are not those that were counted.`, {
          counts,
          expected: manifests[holds].counts,
        })
      }
    }
    const port = new SqliteKeys(keys)
    const findings = await integrity({ files: { events, documents, keys }, keys: port })
    if (findings.length > 0)
      throw new RapportError('backup-damaged', `The backup is damaged: ${findings[0]!.message}`, { findings })
    await checkKeys(events, port)
    events.raw.exec(`UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'restores'`)
    const restores = Number(events.raw.prepare(`SELECT value FROM meta WHERE name = 'restores'`).get()?.['value'])
    for (const file of opened) file.close()
    target.finish(['keys.db', 'events.db'])
    return { restores }
  } catch (error) {
    for (const file of opened) file.close()
    target.abandon()
    throw error
  }
}

function manifestOf(dir: string, holds: Manifest['holds']): Manifest {
  const path = join(dir, MANIFEST)
  const manifest = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined
  if (manifest === undefined) throw new RapportError('backup-incomplete', `${dir} holds no complete backup.`, { dir })
  if (manifest.format !== 1)
    throw new RapportError('newer-file', `The backup in ${dir} was written by a newer release.`, {
      dir,
      found: manifest.format,
      known: 1,
    })
  if (manifest.holds !== holds)
    throw new RapportError('backup-mixed-up', `${dir} holds ${manifest.holds}, not ${holds}.`, {
      dir,
      holds: manifest.holds,
    })
  return manifest
}

async function take(target: Target, dir: string, { holds, sha256 }: Manifest): Promise<void> {
  const path = target.file(`${holds}.db`)
  copyFileSync(join(dir, `${holds}.db`), path)
  if ((await sha256Of(path)) !== sha256)
    throw new RapportError('backup-damaged', `The bytes of ${holds}.db are not those that were backed up.`, { dir })
}

/** An event whose key is neither there nor destroyed could be neither opened nor called erased. */
async function checkKeys(events: Database, keys: SqliteKeys): Promise<void> {
  const named = events.raw.prepare(`SELECT DISTINCT substr(s.name, 1, instr(s.name, '~')) AS stream, j.value AS kid
    FROM events e JOIN streams s ON s.id = e.stream, json_each(e.metadata, '$.subjects') j`)
  for (const row of named.iterate()) {
    const { tenant } = parseStreamName(String(row['stream']))
    const kid = String(row['kid'])
    if ((await keys.get(tenant, kid)).state === 'absent') {
      throw new RapportError(
        'key-missing',
        `The key ${kid} of ${tenant} is neither in the backup of the keys nor destroyed.`,
        { tenant, kid },
      )
    }
  }
}
