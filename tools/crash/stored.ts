import { createHash } from 'node:crypto'
import { kidOf, START, type Position, type StoredEvent } from '@rapport/events'
import { openFolder, type DataFolder } from '@rapport/sqlite'
import { TENANT } from './book.ts'

/** Looks into a data folder beside the process that holds it, without its help. */
export async function beside<T>(data: string, look: (folder: DataFolder) => Promise<T>): Promise<T> {
  const folder = await openFolder(data, { readonly: true })
  try {
    return await look(folder)
  } finally {
    await folder.close()
  }
}

/** Every event after a position, as it is stored now. */
export const eventsOf = (data: string, after: Position = START): Promise<readonly StoredEvent[]> =>
  beside(data, (folder) => eventsIn(folder, after))

export async function eventsIn({ events }: DataFolder, after: Position = START): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = []
  const done = new AbortController()
  for await (const page of events.follow({ from: after, prefixes: [], signal: done.signal })) {
    found.push(...page.events)
    if (page.caughtUp) done.abort()
  }
  return found
}

/** A hash of every byte of the events, by which it is seen that what was stored does not change. */
export function digestOf(events: readonly StoredEvent[]): string {
  const hash = createHash('sha256')
  for (const { stream, revision, position, id, type, recordedAt, metadata, data } of events)
    hash.update(JSON.stringify([stream, revision, position, id, type, recordedAt, metadata, data]))
  return hash.digest('hex')
}

/** The documents of each read model as text, in the generation that stands; a model with two generations is named. */
export const documentsOf = (
  data: string,
): Promise<{
  readonly models: ReadonlyMap<string, string>
  readonly documents: number
  readonly left: readonly string[]
}> =>
  beside(data, async ({ documents }) => {
    const models = new Map<string, string>()
    const left: string[] = []
    let count = 0
    for (const collection of await documents.collections()) {
      const model = collection.replace(/\.g\d+$/, '')
      const hash = createHash('sha256')
      for await (const { tenant, id, position, text } of documents.scan(collection)) {
        hash.update(JSON.stringify([tenant, id, position, text]))
        count++
      }
      if (models.has(model)) left.push(collection)
      models.set(model, hash.digest('hex'))
    }
    return { models, documents: count, left }
  })

/** Persons of these whose key is still there. */
export const keysLeft = (data: string, erased: Iterable<string>): Promise<readonly string[]> =>
  beside(data, async ({ keys }) => {
    const left: string[] = []
    for (const id of erased)
      if ((await keys.get(TENANT, kidOf('engagements.person', id))).state !== 'destroyed') left.push(id)
    return left
  })
