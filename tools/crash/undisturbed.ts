import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { parseStored } from '@rapport/events'
import { openFolder } from '@rapport/sqlite'
import { eventsOf } from './stored.ts'

/**
 * A new data folder with the keys of another and without an event: under the same keys the same import gives the same ids, and an event's
 * id follows from its command and its content (contracts.md §1).
 */
export async function withKeysOf(data: string, into: string): Promise<string> {
  await (await openFolder(into)).close()
  cpSync(join(data, 'keys.db'), join(into, 'keys.db'))
  return into
}

/** The imported events of a folder, by stream, each as its type, id and when it happened. */
async function importedIn(data: string): Promise<ReadonlyMap<string, string>> {
  const streams = new Map<string, string>()
  for (const stored of await eventsOf(data)) {
    const { meta, kind, occurredAt } = parseStored(stored)
    const ofRun = kind === 'engagements.import'
    if (meta.import === undefined && !ofRun) continue
    // What an import says of itself happened when it ran.
    const told = `${stored.revision} ${stored.type} ${stored.id} ${ofRun ? '' : occurredAt}`
    streams.set(stored.stream, `${streams.get(stored.stream) ?? ''}${told}\n`)
  }
  return streams
}

/** Streams that differ between imports that were cut and resumed, and the same imports undisturbed. */
export async function differing(cut: string, undisturbed: string): Promise<readonly string[]> {
  const [one, other] = [await importedIn(cut), await importedIn(undisturbed)]
  return [...new Set([...one.keys(), ...other.keys()])].filter((stream) => one.get(stream) !== other.get(stream))
}
