import { cpSync } from 'node:fs'
import { registry } from '@rapport/house'
import { KeyRing, parseStored, START, type StoredEvent } from '@rapport/events'
import { openFolder } from '@rapport/sqlite'

/** Every event of a data folder in recorded order; nobody may hold the folder. */
export async function eventsOf(data: string): Promise<readonly StoredEvent[]> {
  const folder = await openFolder(data)
  try {
    const head = await folder.events.head([])
    const events: StoredEvent[] = []
    const done = new AbortController()
    if (head !== START)
      for await (const page of folder.events.follow({ from: START, prefixes: [], signal: done.signal })) {
        events.push(...page.events)
        if (page.position >= head) break
      }
    done.abort()
    return events
  } finally {
    await folder.close()
  }
}

/**
 * A store as contracts.md §8 compares it: for each stream what happened, in order, opened; `ids` also by which ids. What an import says
 * of itself happened when it ran, so its time is left out.
 */
export async function contentOf(data: string, { ids = false } = {}): Promise<Readonly<Record<string, unknown[]>>> {
  const events = await eventsOf(data)
  const folder = await openFolder(data)
  try {
    const ring = new KeyRing(folder.keys)
    const streams: Record<string, unknown[]> = {}
    for (const stored of events) {
      const { meta } = parseStored(stored)
      const { occurredAt, occurredOn, zone } = meta
      const ofRun = stored.stream.startsWith('engagements.import-')
      const event = registry.read(stored)
      ;(streams[stored.stream] ??= []).push({
        ...(ids && { id: stored.id }),
        type: stored.type,
        ...(!ofRun && { occurredAt, occurredOn, zone }),
        import: meta.import?.reference,
        data: await ring.open(meta.tenant, event.data),
      })
    }
    return streams
  } finally {
    await folder.close()
  }
}

/** A data folder with these keys and without an event: ids follow from the tenant's secrets, and event ids from the subjects' keys as well. */
export async function withKeys(keysDir: string, data: string): Promise<string> {
  await (await openFolder(data)).close()
  cpSync(`${keysDir}/keys.db`, `${data}/keys.db`)
  return data
}
