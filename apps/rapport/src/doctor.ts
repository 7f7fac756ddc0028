import {
  envelopesIn,
  foldPage,
  MemoryDocuments,
  openValue,
  START,
  type Corrupt,
  type Documents,
  type Entry,
  type Folding,
  type Keys,
  type Position,
  type StoredEvent,
} from '@rapport/events'
import type { DataFolder, Finding } from '@rapport/sqlite'
import { registry, type House } from './house.ts'

/** What the doctor looked at, and what was not as it should be. */
export interface Examination {
  readonly events: number
  readonly envelopes: number
  readonly documents: number
  readonly findings: readonly Finding[]
  /** Worth knowing, not wrong: streams over 1,000 events. */
  readonly notices: readonly string[]
}

/**
 * Examines a data folder: SQLite's own integrity, gapless revisions, every event against its schema, every envelope against its key, tag and
 * digest, and every document of every read model, byte for byte, against one that is folded again from the events.
 * A changed plain field of an event that still fits its schema is not found: that takes the ledger.
 */
export async function examine(
  folder: DataFolder,
  house: House,
  progress: (events: number) => void = () => {},
): Promise<Examination> {
  const findings: Finding[] = [...(await folder.integrity())]
  const looked = { events: 0, envelopes: 0, documents: 0 }
  const lengths = new Map<string, number>()
  const head = await folder.events.head([])
  for await (const stored of eventsTo(folder, head)) {
    progress(++looked.events)
    lengths.set(stored.stream, stored.revision + 1)
    looked.envelopes += await examineEvent(stored, folder.keys, findings)
  }
  // What could not be read before cannot be folded: the documents are compared once the events are right.
  if (findings.length === 0) looked.documents = await examineDocuments(folder, house, findings)
  const notices = [...lengths].filter(([, n]) => n > 1_000).map(([stream, n]) => `${stream} has ${n} events.`)
  return { ...looked, findings, notices }
}

async function* eventsTo(folder: DataFolder, until: Position): AsyncGenerator<StoredEvent> {
  if (until === START) return
  const done = new AbortController()
  for await (const page of folder.events.follow({ from: START, prefixes: [], signal: done.signal })) {
    for (const event of page.events) if (event.position <= until) yield event
    if (page.position >= until) break
  }
  done.abort()
}

async function examineEvent(stored: StoredEvent, keys: Keys, findings: Finding[]): Promise<number> {
  const where = `${stored.stream} revision ${stored.revision}`
  let envelopes = 0
  try {
    const event = registry.read(stored)
    const checked = registry.eventOf(event.kind, event.type).stored.safeParse(event.data)
    if (!checked.success)
      findings.push({
        code: 'event-schema',
        message: `${stored.type}: ${checked.error.issues.map((i) => `/${i.path.join('/')} ${i.message}`).join('; ')}`,
        where,
      })
    for (const envelope of envelopesIn(event.data)) {
      envelopes++
      const key = await keys.get(event.meta.tenant, envelope.kid)
      if (key.state === 'absent')
        findings.push({ code: 'key-missing', message: `The key ${envelope.kid} is neither here nor destroyed.`, where })
      else if (key.state === 'live') openValue(envelope, event.meta.tenant, key.key)
    }
  } catch (error) {
    findings.push({
      code: (error as Corrupt).code === 'corrupt' ? 'envelope-broken' : 'event-unreadable',
      message: (error as Error).message,
      where,
    })
  }
  return envelopes
}

/** Folds every model again, up to where it stands, and compares what is stored. */
async function examineDocuments(folder: DataFolder, house: House, findings: Finding[]): Promise<number> {
  return house.projection.pause(async (standing) => {
    let documents = 0
    for (const { folding, collection, reached } of standing) {
      const again = await foldedAgain(folder, folding, collection, reached)
      documents += await compare(folding.model, again, folder.documents, collection, findings)
    }
    return documents
  })
}

async function foldedAgain(
  folder: DataFolder,
  folding: Folding,
  collection: string,
  reached: Position,
): Promise<Documents> {
  const again = new MemoryDocuments()
  await again.declare({ name: collection, indexes: folding.indexes })
  let clock = ''
  let page: Entry[] = []
  const put = async () => {
    await again.write(await foldPage(again, folding, collection, page))
    page = []
  }
  for await (const stored of eventsTo(folder, reached)) {
    clock = stored.recordedAt > clock ? stored.recordedAt : clock
    if (page.push({ stored, event: registry.read(stored), recorded: clock }) === 500) await put()
  }
  await put()
  return again
}

async function compare(
  model: string,
  wanted: Documents,
  found: Documents,
  collection: string,
  findings: Finding[],
): Promise<number> {
  const texts = new Map<string, string>()
  for await (const { tenant, id, position, text } of wanted.scan(collection))
    texts.set(`${tenant} ${id}`, `${position} ${text}`)
  const total = texts.size
  const finding = (code: string, message: string, key: string) =>
    findings.push({
      code,
      message,
      where: `${model} ${key.slice(key.indexOf(' ') + 1)} of tenant ${key.slice(0, key.indexOf(' '))}`,
    })
  for await (const { tenant, id, position, text } of found.scan(collection)) {
    const key = `${tenant} ${id}`
    const expected = texts.get(key)
    texts.delete(key)
    if (expected === undefined) finding('document-unknown', 'The events make no such document.', key)
    else if (expected !== `${position} ${text}`)
      finding('document-differs', 'The document is not what its events make.', key)
  }
  for (const key of texts.keys()) finding('document-missing', 'The document that its events make is not there.', key)
  return total
}
